"""Figures of what was asked of customers, served to others and told to subscriptions."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from engine.agents import AgentKind, known_agents
from engine.domain import DeliveryState
from engine.insights import Insights
from engine.kpi import Share
from review_site.charts import Series, bars, stacked
from review_site.console.insights import figures
from review_site.console.insights.figures import Figure, Make, count_cell, figure
from review_site.console.insights.speech import Speech
from review_site.console.shell import Cell, Table

MOST_SERVED = 50


def nps(it: Insights, speech: Speech) -> Figure:
    now, before = it.asking.nps, it.asking_before.nps
    parts = [
        ("promoters", now.promoters, before.promoters),
        ("passives", now.passives, before.passives),
        ("detractors", now.detractors, before.detractors),
    ]
    rows = [
        [
            Cell(text=speech.texts(key)),
            count_cell(speech, count),
            speech.share(Share(count, now.answers)),
            count_cell(speech, earlier),
        ]
        for key, count, earlier in parts
    ]
    drawn = [(speech.texts(key), float(count), speech.number(count)) for key, count, _ in parts]
    return figure(
        "nps",
        speech,
        ["answer", "answers", "share", "before"],
        rows if now.answers or before.answers else [],
        lambda caption: bars(caption, rows=drawn),
    )


def served(it: Insights, speech: Speech) -> Figure:
    """By step of the period and kind of agent."""
    steps = it.flow.steps
    counted: dict[AgentKind, list[int]] = {}
    for (day, kind), count in it.served.days.items():
        counted.setdefault(kind, [0] * len(steps))[bisect_right(steps, day) - 1] += count
    kinds = [kind for kind in AgentKind if kind in counted]
    names = [speech.texts(f"kind-{kind}") for kind in kinds]
    series = [Series(name=name, values=list(counted[kind])) for kind, name in zip(kinds, names, strict=True)]
    rows = [
        [
            Cell(text=speech.day(step), value=step.isoformat()),
            *(count_cell(speech, counted[kind][at]) for kind in kinds),
        ]
        for at, step in enumerate(steps)
    ]
    labels = [speech.short_day(each) for each in steps]
    made = figure(
        "served",
        speech,
        ["from"],
        rows if kinds else [],
        lambda caption: stacked(caption, labels=labels, series=series, number=speech.number),
    )
    table = figures.named_columns(made.table, names)
    return Figure(key=made.key, title=made.title, meaning=made.meaning, table=table, chart=made.chart)


def agents(it: Insights, speech: Speech) -> Figure:
    """By the names of agents, where they have one."""
    counted = Counter[tuple[str, AgentKind]]()
    for (_, kind, agent_name), count in it.served.agents.items():
        counted[agent_name, kind] += count
    rows: list[Sequence[Cell]] = []
    drawn: list[tuple[str, float, str]] = []
    for (name, kind), count in sorted(counted.items(), key=lambda each: (-each[1], each[0])):
        agent = known_agents().get(name.lower())
        called = name or speech.texts("unnamed", kind=speech.texts(f"kind-{kind}"))
        who = agent.operator if agent else ""
        rows.append([Cell(text=called, note=who), Cell(text=speech.texts(f"kind-{kind}")), count_cell(speech, count)])
        if name and len(drawn) < figures.MOST_DRAWN:
            drawn.append((name, float(count), speech.number(count)))
    return figure(
        "agents",
        speech,
        ["agent", "kind", "times"],
        rows,
        (lambda caption: bars(caption, rows=drawn)) if drawn else None,
    )


def names(it: Insights, speech: Speech) -> Figure:
    """By what was asked for."""
    counted, kinds = Counter[str](), Counter[tuple[str, AgentKind]]()
    for (name, kind, _), count in it.served.agents.items():
        counted[name] += count
        kinds[name, kind] += count
    shown = (AgentKind.SEARCH, AgentKind.ASSISTANT, AgentKind.TRAINER)
    rows = [
        [Cell(text=name), count_cell(speech, count), *(count_cell(speech, kinds[name, kind]) for kind in shown)]
        for name, count in counted.most_common(MOST_SERVED)
    ]
    made = figure("names", speech, ["name", "times"], rows)
    table: Table = figures.named_columns(made.table, [speech.texts(f"kind-{kind}") for kind in shown])
    return Figure(key=made.key, title=made.title, meaning=made.meaning, table=table)


def webhooks(it: Insights, speech: Speech) -> Figure:
    told = it.telling
    rows = [
        [Cell(text=speech.texts(f"delivery-{state}")), count_cell(speech, told.states.get(state, 0)), Cell(text="")]
        for state in DeliveryState
    ]
    rows += [
        [Cell(text=speech.texts("taken")), Cell(text=""), speech.share(told.taken)],
        [Cell(text=speech.texts("first-time")), Cell(text=""), speech.share(told.first_time)],
        [Cell(text=speech.texts("delay")), Cell(text=""), speech.times(told.seconds)],
    ]
    failing = [speech.texts.plural("failing", len(told.failing), names=", ".join(told.failing))] if told.failing else []
    return figure("webhooks", speech, ["delivery", "deliveries", "value"], rows if told.states else [], notes=failing)


MAKERS: Sequence[Make] = (
    figures.flow,
    figures.stars,
    figures.subjects,
    figures.approval,
    figures.replies,
    figures.languages,
    figures.topics,
    figures.coverage,
    nps,
    served,
    agents,
    names,
    webhooks,
)
KEYS: Sequence[str] = tuple(each.__name__ for each in MAKERS)
"""What figures are called in addresses."""
