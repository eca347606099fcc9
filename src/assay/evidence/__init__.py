"""From exchanges to evidence: the only way anything a target said or heard reaches paper."""
