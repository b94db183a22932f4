"""How well the criteria of a published schema told won from lost, and a better card as a draft."""

from datetime import datetime

from leads import permissions, selectors
from leads.domain.calibration.report import Report
from leads.domain.schema_document import read
from leads.models import QualificationVersion, Status
from leads.services.calibration.calibrating import Subject, calibrate_observations
from leads.services.calibration.cards import Card, Material, fit_card, material_of
from leads.services.calibration.extra import CalibrationUnavailable, load_fitting
from leads.services.calibration.gathering import gather
from leads.services.calibration.proposing import NothingToPropose, propose
from leads.services.versions import NotPublished
from leads.tenancy import Viewer, within

__all__ = [
    "CalibrationUnavailable",
    "Card",
    "Material",
    "NothingToPropose",
    "Subject",
    "calibrate",
    "calibrate_observations",
    "fit_card",
    "material_of",
    "propose",
]


def calibrate(*, version_id: int, by: Viewer, now: datetime) -> Report:
    """Return how well a published or retired version told won leads from lost; nothing is written.

    Takes seconds for thousands of leads. Raises CalibrationUnavailable where scikit-learn is not installed.
    """
    permissions.require(by, "read_reports")
    load_fitting()
    with within(by):
        version = QualificationVersion.objects.visible_to(by).select_related("schema").filter(pk=version_id).first()
        if version is None:
            raise selectors.NotFound("There is no such version.", field="version")
        if version.status == Status.DRAFT:
            raise NotPublished(f"{version} is a draft: it has judged no lead yet. Publish it first.")
        gathered = gather(version, by)
    return calibrate_observations(
        subject=Subject(version.number, read(version.document)),
        observations=gathered.observations,
        attributes=gathered.attributes,
        timings=gathered.timings,
        now=now,
        notes=gathered.notes,
    )
