"""What each demo business asks before anybody speaks of a product."""

from config.demo.templates.few_customers import FEW_CUSTOMERS
from config.demo.templates.orders_by_hand import ORDERS_BY_HAND

__all__ = ["FEW_CUSTOMERS", "ORDERS_BY_HAND"]
