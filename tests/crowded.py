"""The diagnoses, hand-offs and plays of a crowd; see `tests.crowds`."""

from datetime import timedelta

from assessments import models as assessments
from assessments import services as assessment_services
from leads.models import (
    Contact,
    Door,
    Event,
    Lead,
    Transition,
)
from leads.tenancy import system
from playbook import models as playbook
from tests.assessments.samples import small_template


def hand_offs_of(pairs, members, many, everything, now) -> None:
    """Give every lead a hand-off for each of its pairs, and make as many rules as there are members."""
    rules = many(
        playbook.HandOffRule,
        [{"kind": "to_sales", "name": f"Territory {i}", "escalate_to": member} for i, member in enumerate(members)],
    )
    parts = [(rule, member) for rule in rules for member in members[:2]]
    parts += [(rules[0], member) for member in members[2:]]
    many(playbook.HandOffRuleMember, [{"rule": rule, "member": member} for rule, member in parts])
    many(
        playbook.HandOff,
        [
            {
                "lead": lead,
                "kind": "to_sales",
                "status": "rejected",
                "stage": "sql",
                "role": "sales",
                "offered_at": now,
                "offered_by": members[i % len(members)],
                "offered_to": members[i % len(members)],
                "rule": rules[i % len(rules)],
                "due_at": now,
                "overdue_at": now,
                "escalated_to": members[i % len(members)],
                "decided_at": now,
                "decided_by": members[i % len(members)],
                "reason": everything["Reason"],
            }
            for lead, i in pairs
        ],
    )


def process_of(business, pairs, many, everything, now) -> None:
    """Add phases and exit criteria, as many as the first lead has of everything; and the moves of each pair."""
    phases = playbook.Phase.objects.filter(business=business)
    begun = phases.get(key="discovery")
    everything |= {"Phase": begun, "SalesProcess": begun.process}
    n = sum(lead is everything["Lead"] for lead, _ in pairs)
    shared = {"process": begun.process, "shows": ["employees", "has_pain"]}
    for gone in (None, now):
        word = "gone" if gone else "further"
        rows = [{"key": f"{word}_{i}", "name": f"{word} {i}", "position": 9, "archived_at": gone} for i in range(n)]
        many(playbook.Phase, [shared | row for row in rows])
    asked = [(phase, i) for phase in phases for i in range(n if phase == begun else 2)]
    many(
        playbook.ExitCriterion,
        [
            {"phase": phase, "key": f"champion_{i}", "name": "Champion", "rule": "has_champion", "position": i}
            for phase, i in asked
        ],
    )
    Lead.objects.filter(business=business).update(phase=begun.key)
    receipts = {receipt.lead_id: receipt for receipt in Transition.objects.filter(business=business)}
    many(
        playbook.PhaseMove,
        [
            {
                "lead": lead,
                "to_phase": begun.key,
                "at": now,
                "author": everything["Membership"],
                "door": Door.API,
                "transition": receipts.get(lead.pk),
                "warnings": [{"key": "champion_0", "name": "Champion", "outcome": "no"}],
                "override_reason": "They insist",
            }
            for lead, _ in pairs
        ],
    )


def plays_of(first, pairs, members, hooks, many, everything, now) -> None:
    """Make as many plays as there are members, and give the first play as many steps, runs and what came of them."""
    plays = many(
        playbook.Play,
        [{"key": f"play_{i}", "name": f"Play {i}", "happening": "lead_created"} for i in range(len(members))],
    )
    templates = everything["AssessmentTemplate"]
    does = {"action": "next_step", "step_kind": "call", "title": "Call {contact}", "template": templates}
    on = [(play, member) for play in plays for member in members[:1]] + [(plays[0], member) for member in members[1:]]
    many(playbook.PlayStep, [does | {"play": play, "member": member, "webhook": hooks[0]} for play, member in on])
    events = many(Event, [{"lead": lead, "kind": "lead_created", "at": now, "worked_off_at": now} for lead, _ in pairs])
    done = {"status": "done", "at": now, "results": [{"action": "next_step", "made": "next_step"}]}
    runs = many(playbook.PlayRun, [done | {"play": plays[0], "event": each, "lead": each.lead} for each in events])
    made = {"kind": "call", "title": "Call", "due_at": now, "created_at": now, "door": "play"}
    many(playbook.NextStep, [made | {"lead": run.lead, "run": run, "role": "sales"} for run in runs])
    many(playbook.NextStep, [made | {"lead": first, "run": runs[0], "role": "sales"} for _ in members])
    many(playbook.EventFailure, [{"event": event, "problem": "It broke.", "changed_at": now} for event in events])


def diagnoses_of(business, pairs, members, many, everything, now) -> None:
    """Give every lead a diagnosis for each of its pairs, and the first one as many answers as there are members."""
    by = system(business, Door.COMMAND)
    draft = assessment_services.template_from_document(document=small_template(), by=by)
    version = assessment_services.publish_template(version_id=draft.pk, by=by, now=now)
    everything["AssessmentTemplate"], everything["TemplateVersion"] = version.template, version
    many(
        assessments.AssessmentTemplate,
        [{"key": f"other_{i}", "name": f"Other {i}", "position": i + 1} for i in range(len(members))],
    )
    many(
        assessments.TemplateVersion,
        [
            {
                "template": version.template,
                "number": 2 + i,
                "status": "retired",
                "document": version.document,
                "checksum": version.checksum,
                "published_at": now,
            }
            for i in range(len(members))
        ],
    )
    diagnoses = many(
        assessments.Diagnosis,
        [
            {
                "lead": lead,
                "version": version,
                "answers": {"severity": "8", "kind": "mail", "sponsor": {"unknown": "does_not_know"}},
                "started_at": now,
                "changed_at": now,
                "started_by": members[i % len(members)],
            }
            for lead, i in pairs
        ],
    )
    own = [(diagnosis, i) for diagnosis in diagnoses for i in range(2)]
    own += [(diagnoses[0], 2 + i) for i in range(len(members))]
    many(
        assessments.Answer,
        [
            {
                "diagnosis": diagnosis,
                "revision": 2 + i,
                "question": "severity",
                "value": "8",
                "author": members[i % len(members)],
                "at": now,
            }
            for diagnosis, i in own
        ],
    )
    many(
        assessments.Conversation,
        [{"diagnosis": diagnosis, "number": i + 1, "started_at": now} for diagnosis, i in own],
    )
    many(
        assessments.Disagreement,
        [
            {"diagnosis": diagnosis, "about": "will_act", "found": "unknown", "says": "no", "reason": "No.", "at": now}
            for diagnosis, _ in own
        ],
    )
    many(
        assessments.Finding,
        [{"diagnosis": diagnosis, "kind": "cause", "text": f"Cause {i}", "at": now} for diagnosis, i in own],
    )
    contacts = {contact.organization_id: contact for contact in Contact.objects.filter(business=business)}
    many(
        assessments.ProspectLink,
        [
            {
                "diagnosis": diagnosis,
                "kind": "self_assessment",
                "contact": contacts[diagnosis.lead.organization_id],
                "secret_hash": "0" * 64,
                "created_at": now,
                "created_by": members[i % len(members)],
                "expires_at": now + timedelta(days=10_000),
            }
            for diagnosis, i in own
        ],
    )
