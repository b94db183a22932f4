from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    name = "playbook"

    def ready(self) -> None:
        from assessments.ports import when_diagnosis_changed
        from leads import ports
        from leads.models import Lead
        from leads.models.worked_out import work_out_for
        from playbook import permissions  # noqa: F401 (registers its rules)
        from playbook.delivery_tasks import enqueue_deliveries
        from playbook.services import following, hand_offs, merging, phases, ranking, reassigning
        from playbook.services.hand_off_rules import begin_hand_off_rules
        from playbook.services.plays import begin_plays
        from playbook.services.risk_settings import begin_risks
        from playbook.services.stalling import review_loss, risks_of
        from playbook.services.standing import in_phases
        from playbook.services.timeline_sources import SOURCES
        from playbook.tasks import enqueue_what_is_due

        ports.when_business_begins += [phases.begin_process, begin_hand_off_rules, begin_risks, begin_plays]
        ports.when_arriving.append(phases.follow_arrivals)
        ports.when_owner_changes.append(reassigning.follow_owners)
        ports.before_leaving.append(phases.check_leaving)
        # First of all the review: what follows from the move changes what was predicted before it.
        ports.after_move += [review_loss, phases.follow_move, hand_offs.withdraw_after_move, following.follow_move]
        when_diagnosis_changed.append(ranking.follow_diagnosis)
        ports.when_merging.append(merging.step)
        ports.when_scheduling += [enqueue_what_is_due, enqueue_deliveries]
        ports.timeline_sources += SOURCES
        work_out_for(Lead, "in_phase", in_phases)
        work_out_for(Lead, "stall_risks", risks_of)
