"""Every argument that takes an id, as a frontend writes it."""

from tests.leads.graphql import walk
from tests.leads.graphql.places_of_the_playbook import INFO, PLAYBOOK

LEAD = f"{{ __typename ... on Lead {{ title stakeholders {{ contact {{ name }} }} }} {INFO} }}"
VALUES = 'values: [{key: "has_pain", value: {yesNo: true}}]'
LATER = 'expiresAt: "2099-01-01T00:00:00Z"'

# Every argument that takes an id: how a frontend writes it, and of which types it may be.
# OURS stands for a lead of our own.
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Query.node.id": (
        "query($id: ID!) { node(id: $id) { __typename id } }",
        tuple(found.name for found in walk.object_types() if walk.is_node(found)),
    ),
    "Query.lead.id": ("query($id: ID!) { lead(id: $id) { title } }", ("Lead",)),
    "Query.organization.id": ("query($id: ID!) { organization(id: $id) { name } }", ("Organization",)),
    "Query.leads.filter.owner": (
        "query($id: ID!) { leads(filter: {owner: $id}) { totalCount edges { node { title } } } }",
        ("Membership",),
    ),
    "Query.leads.filter.organization": (
        "query($id: ID!) { leads(filter: {organization: $id}) { totalCount edges { node { title } } } }",
        ("Organization",),
    ),
    "Query.contacts.filter.organization": (
        "query($id: ID!) { contacts(filter: {organization: $id}) { totalCount edges { node { name } } } }",
        ("Organization",),
    ),
    "Mutation.createLead.organization": (
        f"mutation($id: ID!) {{ createLead(organization: $id) {LEAD} }}",
        ("Organization",),
    ),
    "Mutation.createLead.owner": (
        f'mutation($id: ID!) {{ createLead(organizationName: "Hooli", owner: $id) {LEAD} }}',
        ("Membership",),
    ),
    "Mutation.createLead.stakeholders.contact": (
        f'mutation($id: ID!) {{ createLead(organizationName: "Hooli", stakeholders: [{{contact: $id}}]) {LEAD} }}',
        ("Contact",),
    ),
    "Mutation.updateLead.lead": (
        f'mutation($id: ID!) {{ updateLead(lead: $id, title: "Mine", expectedRevision: 1) {LEAD} }}',
        ("Lead",),
    ),
    "Mutation.updateLead.owner": (
        f"mutation($id: ID!) {{ updateLead(lead: OURS, owner: $id, expectedRevision: 1) {LEAD} }}",
        ("Membership",),
    ),
    "Mutation.updateLead.stakeholders.contact": (
        "mutation($id: ID!) { updateLead(lead: OURS, expectedRevision: 1, "
        f'title: "New", stakeholders: [{{contact: $id}}]) {LEAD} }}',
        ("Contact",),
    ),
    "Mutation.updateLead.leaving": (
        f"mutation($id: ID!) {{ updateLead(lead: OURS, expectedRevision: 1, leaving: [$id]) {LEAD} }}",
        ("Contact",),
    ),
    "Mutation.recordEvidence.lead": (
        f"mutation($id: ID!) {{ recordEvidence(lead: $id, {VALUES}) {LEAD} }}",
        ("Lead",),
    ),
    "Mutation.recordEvidence.saidBy": (
        f"mutation($id: ID!) {{ recordEvidence(lead: OURS, saidBy: $id, {VALUES}) {LEAD} }}",
        ("Contact",),
    ),
    "Mutation.recordEngagement.lead": (
        f"mutation($id: ID!) {{ recordEngagement(lead: $id, kind: CALL) {{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.recordEngagement.contact": (
        f"mutation($id: ID!) {{ recordEngagement(lead: OURS, kind: CALL, contact: $id) {{ __typename {INFO} }} }}",
        ("Contact",),
    ),
    "Mutation.qualifyLead.lead": (f"mutation($id: ID!) {{ qualifyLead(lead: $id) {LEAD} }}", ("Lead",)),
    "Mutation.overrideLevel.lead": (
        'mutation($id: ID!) { overrideLevel(lead: $id, level: SQL, reason: "They called.", '
        f"expectedRevision: 1, {LATER}) {LEAD} }}",
        ("Lead",),
    ),
    "Mutation.endOverride.lead": (
        f"mutation($id: ID!) {{ endOverride(lead: $id, expectedRevision: 1) {LEAD} }}",
        ("Lead",),
    ),
    "Query.qualificationPreview.version": (
        "query($id: ID!) { qualificationPreview(version: $id) { total } }",
        ("QualificationVersion",),
    ),
    "Query.qualificationPreviewLeads.version": (
        "query($id: ID!) { qualificationPreviewLeads(version: $id) { leads { title } } }",
        ("QualificationVersion",),
    ),
    "Query.qualificationPreviewLeads.filter.owner": (
        "query($id: ID!) { qualificationPreviewLeads(version: VERSION, filter: {owner: $id}) { leads { title } } }",
        ("Membership",),
    ),
    "Query.qualificationSample.version": (
        "query($id: ID!) { qualificationSample(version: $id) { leads { title } } }",
        ("QualificationVersion",),
    ),
    "Query.qualificationTrial.version": (
        "query($id: ID!) { qualificationTrial(version: $id, lead: OURS) { score } }",
        ("QualificationVersion",),
    ),
    "Query.qualificationTrial.lead": (
        "query($id: ID!) { qualificationTrial(version: VERSION, lead: $id) { score } }",
        ("Lead",),
    ),
    **{
        f"Mutation.{name}.version": (
            f"mutation($id: ID!) {{ {name}(version: $id) {{ __typename {INFO} }} }}",
            ("QualificationVersion",),
        )
        for name in (
            *("publishQualification", "retireQualification", "copyQualification"),
            "calibrateQualification",
        )
    },
    **{
        f"Mutation.{name}.version": (
            f"mutation($id: ID!) {{ {name}(version: $id) {{ __typename {INFO} }} }}",
            ("TemplateVersion",),
        )
        for name in ("publishTemplate", "retireTemplate", "copyTemplate")
    },
    "Query.templateDifference.before": (
        "query($id: ID!) { templateDifference(before: $id, after: $id) { changes { label } } }",
        ("TemplateVersion",),
    ),
    "Query.templateDifference.after": (
        "query($id: ID!) { templateDifference(before: $id, after: $id) { changes { label } } }",
        ("TemplateVersion",),
    ),
    "Mutation.proposeCalibration.calibration": (
        f"mutation($id: ID!) {{ proposeCalibration(calibration: $id) {{ __typename {INFO} }} }}",
        ("Calibration",),
    ),
    "Mutation.retryRejudging.rejudging": (
        f"mutation($id: ID!) {{ retryRejudging(rejudging: $id) {{ __typename {INFO} }} }}",
        ("Rejudging",),
    ),
    "Mutation.clearFlag.flag": (
        f"mutation($id: ID!) {{ clearFlag(flag: $id) {{ __typename {INFO} }} }}",
        ("Flag",),
    ),
    "Query.qualificationDifference.before": (
        "query($id: ID!) { qualificationDifference(before: $id, after: VERSION) { changes { label } } }",
        ("QualificationVersion",),
    ),
    "Query.qualificationDifference.after": (
        "query($id: ID!) { qualificationDifference(before: VERSION, after: $id) { changes { label } } }",
        ("QualificationVersion",),
    ),
    "Query.brief.lead": ("query($id: ID!) { brief(lead: $id) { title } }", ("Lead",)),
    "Query.timeline.lead": ("query($id: ID!) { timeline(lead: $id) { pageInfo { hasNextPage } } }", ("Lead",)),
    "Mutation.changeStallRisk.risk": (
        f"mutation($id: ID!) {{ changeStallRisk(risk: $id, active: false) {{ __typename {INFO} }} }}",
        ("StallRiskSetting",),
    ),
    "Mutation.changeStallRisk.predicts": (
        f"mutation($id: ID!) {{ changeStallRisk(risk: STALLRISK, predicts: $id) {{ __typename {INFO} }} }}",
        ("Reason",),
    ),
    "Query.diagnosis.id": ("query($id: ID!) { diagnosis(id: $id) { revision } }", ("Diagnosis",)),
    "Mutation.startDiagnosis.lead": (
        f"mutation($id: ID!) {{ startDiagnosis(lead: $id, template: TEMPLATE) {{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.startDiagnosis.template": (
        f"mutation($id: ID!) {{ startDiagnosis(lead: OURS, template: $id) {{ __typename {INFO} }} }}",
        ("AssessmentTemplate",),
    ),
    "Mutation.answerQuestion.diagnosis": (
        'mutation($id: ID!) { answerQuestion(diagnosis: $id, question: "severity", value: {number: "1"}, '
        f"expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Diagnosis",),
    ),
    "Mutation.answerQuestion.saidBy": (
        'mutation($id: ID!) { answerQuestion(diagnosis: DIAGNOSIS, question: "severity", value: {number: "1"}, '
        f"expectedRevision: 1, saidBy: $id) {{ __typename {INFO} }} }}",
        ("Contact",),
    ),
    "Mutation.completeDiagnosis.diagnosis": (
        f"mutation($id: ID!) {{ completeDiagnosis(diagnosis: $id, expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Diagnosis",),
    ),
    "Query.proposedTemplates.lead": ("query($id: ID!) { proposedTemplates(lead: $id) { fits } }", ("Lead",)),
    "Query.compareDiagnoses.before": (
        "query($id: ID!) { compareDiagnoses(before: $id, after: DIAGNOSIS) { adviceAfter } }",
        ("Diagnosis",),
    ),
    "Query.compareDiagnoses.after": (
        "query($id: ID!) { compareDiagnoses(before: DIAGNOSIS, after: $id) { adviceAfter } }",
        ("Diagnosis",),
    ),
    **{
        f"Mutation.{name}.diagnosis": (
            f"mutation($id: ID!) {{ {name}(diagnosis: $id{more}) {{ __typename {INFO} }} }}",
            ("Diagnosis",),
        )
        for name, more in {
            "confirmKnown": ', question: "severity", expectedRevision: 1',
            "skipQuestion": ', question: "severity", expectedRevision: 1',
            "goToSection": ", section: COST, expectedRevision: 1",
            "pauseDiagnosis": ", expectedRevision: 1",
            "resumeDiagnosis": ", expectedRevision: 1",
            "abandonDiagnosis": ', reason: "No.", expectedRevision: 1',
            "amendDiagnosis": ', reason: "No."',
            "disagreeWithVerdict": ', about: WILL_ACT, says: NO, reason: "No."',
            "addFinding": ', kind: SYMPTOM, text: "x"',
        }.items()
    },
    "Mutation.withdrawDisagreement.disagreement": (
        f"mutation($id: ID!) {{ withdrawDisagreement(disagreement: $id) {{ __typename {INFO} }} }}",
        ("Disagreement",),
    ),
    "Mutation.addFinding.parent": (
        'mutation($id: ID!) { addFinding(diagnosis: DIAGNOSIS, kind: CAUSE, text: "x", parent: $id) '
        f"{{ __typename {INFO} }} }}",
        ("Finding",),
    ),
    "Mutation.addFinding.saidBy": (
        'mutation($id: ID!) { addFinding(diagnosis: DIAGNOSIS, kind: CAUSE, text: "x", saidBy: $id) '
        f"{{ __typename {INFO} }} }}",
        ("Contact",),
    ),
    "Mutation.changeFinding.finding": (
        f"mutation($id: ID!) {{ changeFinding(finding: $id, expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Finding",),
    ),
    "Mutation.changeFinding.parent": (
        "mutation($id: ID!) { changeFinding(finding: FINDING, expectedRevision: 1, parent: $id) "
        f"{{ __typename {INFO} }} }}",
        ("Finding",),
    ),
    "Mutation.changeFinding.saidBy": (
        "mutation($id: ID!) { changeFinding(finding: FINDING, expectedRevision: 1, saidBy: $id) "
        f"{{ __typename {INFO} }} }}",
        ("Contact",),
    ),
    "Mutation.removeFinding.finding": (
        f"mutation($id: ID!) {{ removeFinding(finding: $id, expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Finding",),
    ),
    "Mutation.inviteProspect.diagnosis": (
        "mutation($id: ID!) { inviteProspect(diagnosis: $id, contact: CONTACT, kind: SELF_ASSESSMENT) "
        f"{{ __typename {INFO} }} }}",
        ("Diagnosis",),
    ),
    "Mutation.inviteProspect.contact": (
        "mutation($id: ID!) { inviteProspect(diagnosis: DIAGNOSIS, contact: $id, kind: SELF_ASSESSMENT) "
        f"{{ __typename {INFO} }} }}",
        ("Contact",),
    ),
    "Mutation.revokeProspectLink.link": (
        f"mutation($id: ID!) {{ revokeProspectLink(link: $id) {{ __typename {INFO} }} }}",
        ("ProspectLink",),
    ),
    "Mutation.setAbsence.member": (
        f'mutation($id: ID!) {{ setAbsence(startsAt: "2099-01-01T00:00:00Z", member: $id) {{ __typename {INFO} }} }}',
        ("Membership",),
    ),
    "Mutation.setAbsence.standIn": (
        f'mutation($id: ID!) {{ setAbsence(startsAt: "2099-01-01T00:00:00Z", standIn: $id) {{ __typename {INFO} }} }}',
        ("Membership",),
    ),
    "Mutation.endAbsence.absence": (
        f"mutation($id: ID!) {{ endAbsence(absence: $id) {{ __typename {INFO} }} }}",
        ("Absence",),
    ),
    **{
        f"Mutation.{name}.webhook": (
            f"mutation($id: ID!) {{ {name}(webhook: $id) {{ __typename {INFO} }} }}",
            ("Webhook",),
        )
        for name in ("changeWebhook", "rotateWebhookSecret", "archiveWebhook", "tryWebhook")
    },
    "Mutation.retryDelivery.delivery": (
        f"mutation($id: ID!) {{ retryDelivery(delivery: $id) {{ __typename {INFO} }} }}",
        ("Delivery",),
    ),
    "Mutation.revokeInquiryForm.form": (
        f"mutation($id: ID!) {{ revokeInquiryForm(form: $id) {{ __typename {INFO} }} }}",
        ("InquiryForm",),
    ),
    "Mutation.moveLead.lead": (
        'mutation($id: ID!) { moveLead(lead: $id, to: DISQUALIFIED, reason: "No.", expectedRevision: 1) '
        f"{{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.moveLead.cause": (
        "mutation($id: ID!) { moveLead(lead: OURS, to: DISQUALIFIED, cause: $id, expectedRevision: 1) "
        f"{{ __typename {INFO} }} }}",
        ("Reason",),
    ),
    "Query.leads.filter.opportunity": (
        "query($id: ID!) { leads(filter: {opportunity: $id}) { totalCount edges { node { title } } } }",
        ("Opportunity",),
    ),
    "Query.opportunity.id": ("query($id: ID!) { opportunity(id: $id) { title } }", ("Opportunity",)),
    **{
        f"Query.opportunities.filter.{name}": (
            f"query($id: ID!) {{ opportunities(filter: {{{name}: $id}}) "
            "{ totalCount edges { node { title } } } }",
            (of,),
        )
        for name, of in {"organization": "Organization", "owner": "Membership", "cause": "Reason"}.items()
    },
    "Mutation.convertLead.lead": (
        'mutation($id: ID!) { convertLead(lead: $id, overrideReason: "Signed.", expectedRevision: 1) '
        f"{{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.convertLead.opportunity": (
        'mutation($id: ID!) { convertLead(lead: OURS, opportunity: $id, overrideReason: "Signed.", '
        f"expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Opportunity",),
    ),
    **{
        f"Mutation.{name}.opportunity": (
            f"mutation($id: ID!) {{ {name}(opportunity: $id{more}, expectedRevision: 1) {{ __typename {INFO} }} }}",
            ("Opportunity",),
        )
        for name, more in {
            "winOpportunity": "",
            "loseOpportunity": ", cause: REASON",
            "reopenOpportunity": ', reason: "No."',
        }.items()
    },
    "Mutation.loseOpportunity.cause": (
        "mutation($id: ID!) { loseOpportunity(opportunity: PURSUIT, cause: $id, expectedRevision: 1) "
        f"{{ __typename {INFO} }} }}",
        ("Reason",),
    ),
    **{
        f"Mutation.{name}.reason": (
            f"mutation($id: ID!) {{ {name}(reason: $id) {{ __typename {INFO} }} }}",
            ("Reason",),
        )
        for name in ("changeReason", "archiveReason")
    },
    **{
        f"Mutation.{name}.{place}": (
            f"mutation($id: ID!) {{ {name}({place}: $id, {other}: {of}{more}) {{ __typename {INFO} }} }}",
            (type_name,),
        )
        for name, type_name, of, more in (
            ("mergeOrganizations", "Organization", "HOME", ""),
            ("mergeContacts", "Contact", "CONTACT", ""),
            ("mergeLeads", "Lead", "OURS", ", expectedRevision: 1"),
        )
        for place, other in (("kept", "gone"), ("gone", "kept"))
    },
    **PLAYBOOK,
}

# Takes nobody away who is not there, and says nothing of it.
