"""Letting people into a business, and changing what they may do there."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import Membership, Role, User
from leads.tenancy import Viewer


class EmailRefused(DomainError):
    code = "email_refused"


class PasswordRefused(DomainError):
    code = "password_refused"


class AlreadyMember(DomainError):
    code = "already_member"


class OwnAccess(DomainError):
    code = "own_access"


class SharedAccount(DomainError):
    code = "shared_account"


@transaction.atomic
def add_member(*, email: str, role: Role, by: Viewer, name: str = "", password: str = "") -> Membership:
    """Let somebody into the business, with an account of theirs or a new one.

    A new account needs a first password. Nothing of an account that exists is changed but that a
    manager may open the admin.
    """
    permissions.require(by, "manage_members")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailRefused(f"{email!r} is no e-mail address.", field="email") from error
    user = User.objects.filter(email=email).first()
    if user is None:
        _check_password(password, User(email=email, name=name))
        user = User.objects.create_user(email, password, name=name.strip())
    elif password:
        reason = "This person has an account already, and keeps its password. Leave the password empty."
        raise PasswordRefused(reason, field="password")
    if Membership.objects.filter(business=by.business, user=user).exists():
        raise AlreadyMember(f"{user} is a member already; change the role there.", field="email")
    membership = Membership.objects.create(business=by.business, user=user, role=role)
    _keep_staff_flag(user)
    return membership


@transaction.atomic
def change_member(*, membership_id: int, role: Role, is_active: bool, by: Viewer) -> Membership:
    """Change a member's role, or whether the membership counts."""
    permissions.require(by, "manage_members")
    membership = _locked(membership_id, by)
    is_own = by.membership is not None and by.membership.pk == membership.pk
    if is_own and (role != Role.MANAGER or not is_active):
        raise OwnAccess("You cannot take your own access away. Ask another manager.", field="role")
    membership.role, membership.is_active = role, is_active
    membership.save(update_fields=("role", "is_active"))
    _keep_staff_flag(membership.user)
    return membership


@transaction.atomic
def change_account(*, membership_id: int, by: Viewer, name: str, password: str = "") -> Membership:
    """Change the name of a member's account and, if one is given, its password.

    Raises SharedAccount where the account opens more than this business.
    """
    permissions.require(by, "manage_members")
    membership = _locked(membership_id, by)
    user = membership.user
    if not is_ours_alone(user, by):
        raise SharedAccount(f"{user} works elsewhere too: only they can change their account.", field="name")
    user.name = name.strip()
    if password:
        _check_password(password, user)
        user.set_password(password)
    user.save(update_fields=("name", "password"))
    return membership


def is_ours_alone(user: User, by: Viewer) -> bool:
    """Whether an account opens nothing but this business, and so is its managers' to change."""
    return not user.is_superuser and not user.memberships.exclude(business=by.business).exists()


def _locked(membership_id: int, by: Viewer) -> Membership:
    found = (
        Membership.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=membership_id)
        .first()
    )
    if found is None:
        raise selectors.NotFound("There is no such member.", field="member")
    return found


def _check_password(password: str, user: User) -> None:
    if not password:
        raise PasswordRefused("A new account needs a first password.", field="password")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages), field="password") from error


def _keep_staff_flag(user: User) -> None:
    """Let managers open the admin, and those who manage nothing any more not."""
    manages = user.memberships.filter(role=Role.MANAGER, is_active=True).exists()
    if user.is_staff != (manages or user.is_superuser):
        user.is_staff = not user.is_staff
        user.save(update_fields=("is_staff",))
