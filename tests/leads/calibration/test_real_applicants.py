"""Calibration on 9,240 real leads with known outcomes, learned on seven tenths and tried on the rest."""

from io import StringIO

import pytest
from django.core.management import call_command

from leads import services
from leads.domain.calibration.measures import Auc, auc
from leads.domain.calibration.observations import scores_of, stand
from leads.domain.calibration.report_json import report_in
from leads.domain.plan import compile_plan
from leads.domain.schema_document import SchemaDocument, read
from leads.models import Lead, QualificationVersion
from leads.services.calibration import Subject, calibrate_observations, fit_card, material_of
from leads.services.publishing import document_of_rows
from leads.services.versions import take_attributes
from tests.leads.calibration import real

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not real.XEDUCATION_FILE.exists(), reason="the real data is not beside the project (../shared/data)"
    ),
]


@pytest.fixture(scope="module")
def applicants():
    return real.xeducation()


def tried(applicants, *left_out: str) -> tuple[SchemaDocument, Auc]:
    """Return the card learned on seven tenths without some attributes, and how it does on the others."""
    seen, unseen = real.split(applicants)
    attributes = [spec for spec in real.all_attributes() if spec.key not in left_out]
    card = fit_card(material_of(observations=seen, document=real.points_card(), attributes=attributes))
    standings = stand(compile_plan(card.document), unseen)
    return card.document, auc(scores_of(standings), [one.won for one in unseen])


def points_of(document: SchemaDocument) -> list:
    return [
        points
        for criterion in document.criteria
        for points in (criterion.otherwise_points, *(band.points for band in criterion.bands))
    ]


def test_a_card_of_whole_points_tells_leads_that_it_has_not_seen(applicants):
    card, area = tried(applicants, "tags")

    assert len(card.criteria) <= 12
    assert all(points == int(points) for points in points_of(card))
    assert area.value >= 0.87


def test_a_card_does_without_the_last_activity_and_the_lead_profile(applicants):
    card, area = tried(applicants, "tags", "last_activity", "lead_profile")

    assert len(card.criteria) <= 12
    assert area.value >= 0.845


def test_no_time_on_the_website_is_a_kind_of_its_own(applicants):
    card, _ = tried(applicants, "tags")

    bands = {band.when: band.points for criterion in card.criteria for band in criterion.bands}
    first = next(criterion for criterion in card.criteria if criterion.key == "website_time").bands[0]
    assert first.when == "website_seconds == 0"
    assert bands["website_seconds == 0"] > 0


def test_tags_are_suspiciously_good_and_in_no_card(applicants):
    subject = Subject(1, real.points_card())

    report = calibrate_observations(
        subject=subject, observations=applicants, attributes=real.all_attributes(), now=real.NOW
    )

    assert [(one.key, one.cause) for one in report.suspicious] == [("tags", "separates_too_well")]
    assert report.suspicious[0].auc.value > 0.9
    assert report.verdict == "better_card"
    assert "tags" not in {spec.key for spec in report.proposal.document.attributes}
    assert 0.82 <= report.present.auc.value <= 0.85
    assert report.fitted.auc.value >= 0.87
    assert report.fitted.brier < report.present.brier
    assert report.proposal.gain.low > 0


def test_from_the_file_to_a_draft_by_command(business, manager, now):
    content = real.points_card()
    draft = services.draft_from_document(document=content, by=manager)
    published = services.publish(version_id=draft.pk, by=manager, now=now)
    take_attributes(real.all_attributes(), manager)
    mapping = str(real.XEDUCATION / "all_columns.toml")
    out = StringIO()
    call_command(
        "import_leads", str(real.XEDUCATION_FILE), "--business", business.slug, "--mapping", mapping, stdout=out
    )
    assert out.getvalue().startswith("read 9240, created 9240,")
    before = QualificationVersion.objects.filter(pk=published.pk).values().get()
    leads = list(Lead.objects.order_by("pk").values_list("score", "level", "revision"))
    printed, said = StringIO(), StringIO()

    call_command("calibrate", business.slug, "--propose", "--format", "json", stdout=printed, stderr=said)

    report = report_in(printed.getvalue())
    assert (report.decided.won, report.decided.lost) == (3_561, 5_679)
    assert report.verdict == "better_card"
    made = QualificationVersion.objects.get(status="draft")
    assert (made.schema.key, made.number) == ("xeducation", 2)
    rows = document_of_rows(made)
    assert (rows.criteria, rows.mql, rows.sql) == (
        report.proposal.document.criteria,
        report.proposal.document.mql,
        report.proposal.document.sql,
    )
    assert said.getvalue() == "Draft made: Applicants 2. Read it, change it, publish it in the admin.\n"
    assert QualificationVersion.objects.filter(pk=published.pk).values().get() == before
    assert list(Lead.objects.order_by("pk").values_list("score", "level", "revision")) == leads
    retired = services.publish(version_id=made.pk, by=manager, now=now)
    assert read(retired.document).criteria == rows.criteria
