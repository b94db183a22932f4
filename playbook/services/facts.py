"""Facts for the rules of the playbook: exit criteria, conditions of plays, territories of hand-offs.

names = names_for(business)
rule = compile_rule(text, names)
facts = facts_of(business, leads, set(rule.reads), now)[lead.pk]
rule.evaluate(facts)  # True, False or an Unknown
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count

from assessments.models import Diagnosis, DiagnosisStatus, TemplateVersion
from assessments.services.evaluating import plan_of
from leads import selectors
from leads.domain.rules import Fact, Name, Range, Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW, base_key, derived, fact, names_of
from leads.domain.values import KINDS, decode
from leads.models import Attribute, Business, BuyingRole, Lead, Stakeholder, Status, Stay, StayKind
from playbook.domain.facts import ANSWER, FACTS
from playbook.domain.steps import StepStatus
from playbook.models import NextStep
from playbook.services.activity import last_activity

Known = dict[int, dict[str, Fact]]
Ids = Sequence[int]


def names_for(business: Business) -> dict[str, Name]:
    """Return what rules of this business's playbook may read.

    These are its attributes, `playbook.domain.facts`, and the answers to the questions of its published templates; a
    question that templates ask for in different kinds is left out.
    """
    attributes = Attribute.objects.filter(business=business, archived_at__isnull=True)
    names = names_of(tuple(attribute.spec for attribute in attributes))
    return names | _answers_of(business) | {key: known.name for key, known in FACTS.items()}


def _answers_of(business: Business) -> dict[str, Name]:
    found: dict[str, Name] = {}
    differing: set[str] = set()
    for version in TemplateVersion.objects.filter(business=business, status=Status.PUBLISHED):
        for key, question in plan_of(version).questions.items():
            name = Name(KINDS[question.value.type])
            if found.setdefault(f"{ANSWER}{key}", name) != name:
                differing.add(f"{ANSWER}{key}")
    return {key: name for key, name in found.items() if key not in differing}


def facts_of(
    business: Business, leads: Sequence[Lead], reads: Collection[str], now: datetime
) -> dict[int, Mapping[str, Fact]]:
    """Return the facts among these names for each lead by its key; the number of queries is fixed."""
    wanted = {base_key(name) for name in reads} - FACTS.keys()
    attributes = Attribute.objects.filter(business=business, key__in=wanted, archived_at__isnull=True)
    specs = [attribute.spec for attribute in attributes] if wanted else []
    counting = [spec for spec in specs if spec.counts_days is not None]
    ids = [lead.pk for lead in leads]
    counts = selectors.count_engagements(business, [spec.window for spec in counting], ids, now)
    today = selectors.local_day(business, now)
    further = _further(ids, frozenset(reads), now)
    found: dict[int, Mapping[str, Fact]] = {}
    for lead in leads:
        known: dict[str, Fact] = {
            spec.key: Decimal(counts.get(lead.pk, {}).get(spec.window, 0))
            if spec.counts_days is not None
            else fact(spec, lead.snapshot.get(spec.key), now, spec.freshness_days)[0]
            for spec in specs
        }
        for name in reads:
            if name not in FACTS and name not in known and base_key(name) in known:
                known[name] = derived(name, known[base_key(name)], today)
        found[lead.pk] = known | further.get(lead.pk, {}) | _of_lead(lead, reads, now)
    return found


def _of_lead(lead: Lead, reads: Collection[str], now: datetime) -> dict[str, Fact]:
    known: dict[str, Fact] = {
        "lead_stage": lead.stage,
        "lead_level": lead.level_in_force(now),
        "lead_score": lead.score,
        "lead_phase": lead.phase,
        "days_in_stage": Decimal((now - lead.stage_since).days),
        "wants_conversation": lead.wants_conversation_at is not None,
    }
    if "order_ready" in reads and lead.qualification is not None:
        ready = {"yes": True, "no": False}.get(lead.qualification.order_ready)
        known["order_ready"] = Unknown(Reason.NOT_ASKED, ("order_ready",)) if ready is None else ready
    return {name: value for name, value in known.items() if name in reads}


def _further(ids: Ids, reads: frozenset[str], now: datetime) -> Known:
    """Return what other rows say of the leads, reading only those that are asked for."""
    known: Known = {pk: {} for pk in ids}
    for names, read in READERS:
        if names & reads:
            read(known, ids, now)
    if any(name.startswith(("verdict_", "problem_cost", "diagnosis_", "has_completed", ANSWER)) for name in reads):
        _read_diagnoses(known, ids, reads)
    return known


def _read_phase(known: Known, ids: Ids, now: datetime) -> None:
    going_on = Stay.objects.filter(lead__in=ids, kind=StayKind.PHASE, ended_at__isnull=True)
    for lead_id, began_at in going_on.values_list("lead_id", "began_at"):
        known[lead_id]["days_in_phase"] = Decimal((now - began_at).days)


def _read_activity(known: Known, ids: Ids, now: datetime) -> None:
    for lead_id, last in last_activity(ids).items():
        known[lead_id]["days_since_activity"] = Decimal((now - last).days)


def _read_people(known: Known, ids: Ids, now: datetime) -> None:
    roles: dict[int, list[list[str]]] = {pk: [] for pk in ids}
    for lead_id, played in Stakeholder.objects.filter(lead__in=ids).values_list("lead_id", "buying_roles"):
        roles[lead_id].append(played)
    for lead_id, parts in roles.items():
        known[lead_id]["stakeholder_count"] = Decimal(len(parts))
        for name, role in HAS.items():
            known[lead_id][name] = any(role.value in played for played in parts)


def _read_steps(known: Known, ids: Ids, now: datetime) -> None:
    still_open = NextStep.objects.filter(lead__in=ids, status=StepStatus.OPEN).order_by()
    counted = dict(still_open.values_list("lead_id").annotate(steps=Count("pk")))
    for lead_id in ids:
        known[lead_id]["open_steps"] = Decimal(counted.get(lead_id, 0))


HAS = {
    "has_economic_buyer": BuyingRole.ECONOMIC_BUYER,
    "has_decision_maker": BuyingRole.DECISION_MAKER,
    "has_champion": BuyingRole.CHAMPION,
    "has_blocker": BuyingRole.BLOCKER,
}
READERS: tuple[tuple[frozenset[str], Callable[[Known, Ids, datetime], None]], ...] = (
    (frozenset({"days_in_phase"}), _read_phase),
    (frozenset({"days_since_activity"}), _read_activity),
    (frozenset({"stakeholder_count", *HAS}), _read_people),
    (frozenset({"open_steps"}), _read_steps),
)


# --- Diagnoses -----------------------------------------------------------------------------------


def _read_diagnoses(known: Known, ids: Ids, reads: Collection[str]) -> None:
    """Read the latest completed diagnosis of each lead, and the answers of the one under way if none is completed."""
    running: dict[int, Diagnosis] = {}
    completed: dict[int, Diagnosis] = {}
    found = Diagnosis.objects.filter(lead__in=ids).exclude(status=DiagnosisStatus.ABANDONED).order_by("pk")
    for diagnosis in found.select_related("version"):
        kept = completed if diagnosis.status == DiagnosisStatus.COMPLETED else running
        kept[diagnosis.lead_id] = diagnosis
    for lead_id in ids:
        facts = known[lead_id]
        facts["diagnosis_running"] = lead_id in running
        facts["has_completed_diagnosis"] = lead_id in completed
        if lead_id in completed:
            facts |= _verdict(completed[lead_id])
        last = completed.get(lead_id) or running.get(lead_id)
        if last is not None and any(name.startswith(ANSWER) for name in reads):
            facts |= _given(last)


def _verdict(diagnosis: Diagnosis) -> dict[str, Fact]:
    known: dict[str, Fact] = {
        "verdict_advice": diagnosis.advice,
        "verdict_outlook": diagnosis.outlook,
        "problem_cost": Range(
            diagnosis.cost_low,
            diagnosis.cost_likely,
            Decimal("Infinity") if diagnosis.cost_high is None else diagnosis.cost_high,
        ),
    }
    for name, said in (
        ("verdict_good_problem", diagnosis.good_problem),
        ("verdict_will_act", diagnosis.will_act),
        ("verdict_justifies", diagnosis.justifies),
    ):
        known[name] = said == "yes" if said != "unknown" else Unknown(Reason.NOT_COMPUTABLE, (name,))
    return known


def _given(diagnosis: Diagnosis) -> dict[str, Fact]:
    """Return the answers of a diagnosis."""
    plan = plan_of(diagnosis.version)
    given: dict[str, Fact] = {}
    for key, stored in diagnosis.answers.items():
        name = f"{ANSWER}{key}"
        if key not in plan.questions:
            continue
        value = None if stored == DOES_NOT_KNOW else decode(plan.questions[key].value, stored)
        given[name] = Unknown(Reason.DOES_NOT_KNOW, (name,)) if value is None else value
    return given
