"""The part that needs more than the rest of the product does."""

from importlib import import_module
from types import ModuleType

from leads.domain.errors import DomainError

NEEDED = ("numpy", "sklearn", "leads.services.calibration.fitting")


class CalibrationUnavailable(DomainError):
    code = "calibration_unavailable"


def load_fitting() -> ModuleType:
    """Return the module that fits; raise CalibrationUnavailable where scikit-learn is not installed."""
    try:
        return [import_module(name) for name in NEEDED][-1]
    except ImportError as error:
        raise CalibrationUnavailable(
            "Calibration needs scikit-learn, which is not installed here. "
            "Ask whoever runs this server to install the extra “calibration”."
        ) from error
