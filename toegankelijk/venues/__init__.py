"""Venues: enter and correct them, look them up, and who may do what with their surveys."""

from toegankelijk.errors import NotPermitted, UnknownRecord, VenueError
from toegankelijk.sectors import Sector, load_sectors
from toegankelijk.venues.read import find_venue_by_slug, get_venue, search_venues, venues_of, venues_to_survey
from toegankelijk.venues.rights import may_publish, may_review, may_see_survey, may_survey
from toegankelijk.venues.views import GroupVerdict, VenueView
from toegankelijk.venues.write import add_venue, correct_venue

__all__ = [
    "GroupVerdict",
    "NotPermitted",
    "Sector",
    "UnknownRecord",
    "VenueError",
    "VenueView",
    "add_venue",
    "correct_venue",
    "find_venue_by_slug",
    "get_venue",
    "load_sectors",
    "may_publish",
    "may_review",
    "may_see_survey",
    "may_survey",
    "search_venues",
    "venues_of",
    "venues_to_survey",
]
