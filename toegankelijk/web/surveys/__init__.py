"""Pages on which surveyors measure venues: the list, a venue's work page, its elements, routes and publishing."""

from fastapi import APIRouter, Depends

from toegankelijk.web.access import require_survey_reader
from toegankelijk.web.surveys import answers, elements, publishing, routes, venues

__all__ = ["router"]

# The fixed addresses of `venues` and `elements` come before those with an id in their place.
router = APIRouter(include_in_schema=False, dependencies=[Depends(require_survey_reader)])
for area in (venues, publishing, elements, answers, routes):
    router.include_router(area.router)
