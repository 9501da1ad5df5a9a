"""The sample of a plan as JSON: kind, seed, clauses met and not met, documents, processes that were entered."""

from __future__ import annotations

from typing import Any

from crawler.model import Choice, Clause, Plan, Process


def sample_to_json(plan: Plan) -> dict[str, Any] | None:
    """The `sample` object of the output contract; None for a list of pages, which is no sample."""
    if not plan.kind:
        return None
    return {
        "kind": plan.kind,
        "seed": plan.seed,
        "clauses": [_clause(clause) for clause in plan.clauses],
        "documents": [_document(choice) for choice in plan.documents],
        "processes": [_process(process) for process in plan.processes],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "state": clause.state.value,
        "wanted": clause.wanted,
        "pages": list(clause.pages),
        "beside": list(clause.beside),
    }


def _document(choice: Choice) -> dict[str, Any]:
    return {"url": choice.url, "selected_by": choice.selected_by}


def _process(process: Process) -> dict[str, Any]:
    """A process is never gone through: what comes after its page is told as not reached."""
    is_last = process.step == process.steps
    return {
        "page": process.page,
        "step": process.step,
        "steps": process.steps,
        "further_steps": "none" if is_last else "not-reached",
    }
