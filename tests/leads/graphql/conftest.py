"""What tests of the API may ask for."""

from tests.crowds import crowd as crowd
