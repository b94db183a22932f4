"""Where the playbook's part of the API takes ids; see `places`."""

INFO = "... on OperationInfo { messages { kind code field message } }"

PLAY = 'name: "New", happening: LEAD_CREATED'
STEP_INPUTS = {"member": "Membership", "template": "AssessmentTemplate", "webhook": "Webhook"}
WRITES = {
    "createPlay": ("Mutation", "input: {INPUT}", f"__typename {INFO}"),
    "changePlay": ("Mutation", "play: PLAYED, expectedRevision: 1, input: {INPUT}", f"__typename {INFO}"),
    "playTrial": ("Query", "input: {INPUT}", "said"),
}

PLAYBOOK: dict[str, tuple[str, tuple[str, ...]]] = {
    "Mutation.movePhase.lead": (
        f'mutation($id: ID!) {{ movePhase(lead: $id, to: "discovery", expectedRevision: 1) {{ __typename {INFO} }} }}',
        ("Lead",),
    ),
    **{
        f"Mutation.{name}.phase": (
            f"mutation($id: ID!) {{ {name}(phase: $id, expectedRevision: 1{more}) {{ __typename {INFO} }} }}",
            ("Phase",),
        )
        for name, more in {"changePhase": ', name: "New"', "placePhase": ", place: 1", "archivePhase": ""}.items()
    },
    **{
        f"Query.handOffs.filter.{name}": (
            f"query($id: ID!) {{ handOffs(filter: {{{name}: $id}}) {{ totalCount edges {{ node {{ id }} }} }} }}",
            (of,),
        )
        for name, of in {
            "lead": "Lead",
            "offeredTo": "Membership",
            "offeredBy": "Membership",
            "rule": "HandOffRule",
            "reason": "Reason",
        }.items()
    },
    "Mutation.offerHandOff.lead": (
        f"mutation($id: ID!) {{ offerHandOff(lead: $id) {{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.offerHandOff.to": (
        f"mutation($id: ID!) {{ offerHandOff(lead: OURS, to: $id) {{ __typename {INFO} }} }}",
        ("Membership",),
    ),
    **{
        f"Mutation.{name}.handOff": (
            f"mutation($id: ID!) {{ {name}(handOff: $id{more}, expectedRevision: 1) {{ __typename {INFO} }} }}",
            ("HandOff",),
        )
        for name, more in {
            "acceptHandOff": "",
            "rejectHandOff": ", reason: REASON",
            "withdrawHandOff": "",
        }.items()
    },
    "Mutation.rejectHandOff.reason": (
        "mutation($id: ID!) { rejectHandOff(handOff: OFFER, reason: $id, expectedRevision: 1) "
        f"{{ __typename {INFO} }} }}",
        ("Reason",),
    ),
    **{
        f"Mutation.{name}.rule": (
            f"mutation($id: ID!) {{ {name}(rule: $id{more}) {{ __typename {INFO} }} }}",
            ("HandOffRule",),
        )
        for name, more in {"changeHandOffRule": "", "placeHandOffRule": ", place: 0", "archiveHandOffRule": ""}.items()
    },
    **{
        f"Mutation.{name}.{argument}": (
            f"mutation($id: ID!) {{ {name}({more}, {argument}: {value}) {{ __typename {INFO} }} }}",
            ("Membership",),
        )
        for name, more in {
            "addHandOffRule": 'kind: TO_SALES, name: "New"',
            "changeHandOffRule": "rule: TERRITORY",
        }.items()
        for argument, value in {"members": "[$id]", "escalateTo": "$id"}.items()
    },
    "Query.nextStep.id": ("query($id: ID!) { nextStep(id: $id) { title } }", ("NextStep",)),
    **{
        f"Query.nextSteps.filter.{name}": (
            f"query($id: ID!) {{ nextSteps(filter: {{{name}: $id}}) {{ totalCount edges {{ node {{ title }} }} }} }}",
            (of,),
        )
        for name, of in {"lead": "Lead", "assignedTo": "Membership"}.items()
    },
    **{
        f"Query.leadsWithoutNextStep.filter.{name}": (
            f"query($id: ID!) {{ leadsWithoutNextStep(filter: {{{name}: $id}}) "
            "{ totalCount edges { node { title } } } }",
            (of,),
        )
        for name, of in {"owner": "Membership", "organization": "Organization", "opportunity": "Opportunity"}.items()
    },
    "Query.workQueue.member": ("query($id: ID!) { workQueue(member: $id) { totalCount } }", ("Membership",)),
    "Mutation.addNextStep.lead": (
        'mutation($id: ID!) { addNextStep(lead: $id, kind: EMAIL, title: "x", workingDays: 1) '
        f"{{ __typename {INFO} }} }}",
        ("Lead",),
    ),
    "Mutation.addNextStep.assignedTo": (
        'mutation($id: ID!) { addNextStep(lead: OURS, kind: EMAIL, title: "x", workingDays: 1, assignedTo: $id) '
        f"{{ __typename {INFO} }} }}",
        ("Membership",),
    ),
    **{
        f"Mutation.{name}.step": (
            f"mutation($id: ID!) {{ {name}(step: $id, expectedRevision: 1{more}) {{ __typename {INFO} }} }}",
            ("NextStep",),
        )
        for name, more in {
            "changeNextStep": "",
            "completeNextStep": "",
            "skipNextStep": ", reason: REASON",
            "snoozeNextStep": ', until: "2099-01-01T00:00:00Z"',
        }.items()
    },
    "Mutation.skipNextStep.reason": (
        f"mutation($id: ID!) {{ skipNextStep(step: STEP, reason: $id, expectedRevision: 1) {{ __typename {INFO} }} }}",
        ("Reason",),
    ),
    "Mutation.reassignNextSteps.steps": (
        f"mutation($id: ID!) {{ reassignNextSteps(steps: [$id], role: SALES) {{ __typename {INFO} }} }}",
        ("NextStep",),
    ),
    "Mutation.reassignNextSteps.member": (
        f"mutation($id: ID!) {{ reassignNextSteps(member: $id) {{ __typename {INFO} }} }}",
        ("Membership",),
    ),
    "Mutation.reassignNextSteps.to": (
        f"mutation($id: ID!) {{ reassignNextSteps(steps: [STEP], to: $id) {{ __typename {INFO} }} }}",
        ("Membership",),
    ),
    "Query.play.id": ("query($id: ID!) { play(id: $id) { name } }", ("Play",)),
    "Query.playTrial.play": ("query($id: ID!) { playTrial(play: $id) { said } }", ("Play",)),
    **{
        f"Query.{root}.filter.{name}": (
            f"query($id: ID!) {{ {root}(filter: {{{name}: $id}}) {{ totalCount edges {{ node {{ id }} }} }} }}",
            (of,),
        )
        for root, name, of in (
            ("playRuns", "play", "Play"),
            ("playRuns", "lead", "Lead"),
            ("eventFailures", "lead", "Lead"),
        )
    },
    **{
        f"Mutation.{name}.play": (
            f"mutation($id: ID!) {{ {name}(play: $id{more}) {{ __typename {INFO} }} }}",
            ("Play",),
        )
        for name, more in {
            "changePlay": f", expectedRevision: 1, input: {{{PLAY}, steps: []}}",
            "copyPlay": "",
            "placePlay": ", place: 0",
            "switchOnPlay": ", expectedRevision: 1",
            "switchOffPlay": ", expectedRevision: 1",
            "archivePlay": ", expectedRevision: 1",
        }.items()
    },
    **{
        f"{kind}.{name}.input.steps.{field}": (
            f"{kind.lower()}($id: ID!) {{ {name}({given}) {{ {asked} }} }}".replace(
                "INPUT", f"{PLAY}, steps: [{{action: HAND_OFF, {field}: $id}}]"
            ),
            (of,),
        )
        for name, (kind, given, asked) in WRITES.items()
        for field, of in STEP_INPUTS.items()
    },
    "Mutation.retryEvent.failure": (
        f"mutation($id: ID!) {{ retryEvent(failure: $id) {{ __typename {INFO} }} }}",
        ("EventFailure",),
    ),
}
