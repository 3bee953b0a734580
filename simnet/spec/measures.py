"""The measures that the language can name; what each is, the lab's measures say."""

MEASURES = (
    "opportunity_yield",
    "value_yield",
    "value_per_100_hours",
    "latency",
    "won_within_year",
    "concentration",
    "top_tie_share",
    "barren_ties",
    "chain_attrition",
    "attrition_letter",
    "attrition_referral",
    "attrition_introduction",
    "completion_rate",
    "completion_rate_referral",
    "chain_length",
    "trust",
    "ties",
)
