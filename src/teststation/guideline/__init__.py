"""What a result and what is known of a client mean, and who says so: rules as data with citations."""

from teststation.guideline.change import Change, ChangeKind, compare
from teststation.guideline.engine import judge
from teststation.guideline.entries import Rule
from teststation.guideline.rulebook import RuleBook, load_rules

__all__ = ["Change", "ChangeKind", "Rule", "RuleBook", "compare", "judge", "load_rules"]
