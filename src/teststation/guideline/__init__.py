"""What a result means, and who says so: rules as data with citations, judged on a test result only."""

from teststation.guideline.engine import judge
from teststation.guideline.rulebook import Rule, RuleBook, load_rules

__all__ = ["Rule", "RuleBook", "judge", "load_rules"]
