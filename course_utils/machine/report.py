"""The check of a machine as tables: text in a terminal, HTML in a notebook."""

from dataclasses import dataclass
from html import escape

from course_utils.lessons import LESSONS, minutes
from course_utils.machine.advice import Remark
from course_utils.machine.facts import Facts
from course_utils.machine.probe import Probe

LEFT = ' style="text-align: left"'


@dataclass(frozen=True)
class Report:
    """What a machine has, how fast it is, and what to do about it; shown as tables.

    Args:
        facts: `Facts`.
        probe: `Probe`, or None where none could run.
        remarks: `Remark`s, the urgent ones first.
    """

    facts: Facts
    probe: Probe | None
    remarks: tuple[Remark, ...]

    @property
    def ready(self):
        """Whether nothing has to be done first."""
        return not any(remark.urgent for remark in self.remarks)

    def rows(self):
        """What there is, as pairs of texts."""
        facts = self.facts
        number_format = facts.here.precision if facts.here else "-"
        return [
            ("Python", facts.python),
            ("Keras", facts.packages["keras"] or "missing"),
            ("backend", f"{facts.backend} on {facts.here.device.upper()}" if facts.here else "does not start"),
            ("NumPy", facts.packages["numpy"] or "missing"),
            ("number format", number_format),
            ("cores", f"{facts.cores} of {facts.machine_cores}"),
            ("free memory", "unknown" if facts.free is None else f"{facts.free / 1e9:.1f} GB"),
            ("speed", self._speed()),
        ]

    def expectations(self):
        """For every lesson its number, name, time on the reference machine and time to expect here, as texts."""
        return [
            (
                f"{lesson.number:02}",
                lesson.name,
                minutes(lesson.seconds),
                minutes(self.probe.expected(lesson.seconds)) if self.probe else "unknown",
            )
            for lesson in LESSONS
        ]

    def _speed(self):
        if self.probe is None:
            return "not measured"
        low, high = self.probe.quartiles
        return (
            f"{self.probe.speed:.2g} times the reference machine's: {1000 * self.probe.seconds:.0f} ms a repetition, "
            f"half of the {len(self.probe.repetitions)} between {1000 * low:.0f} and {1000 * high:.0f}"
        )

    def _verdict(self):
        return "Ready: this machine runs the lessons." if self.ready else "Not ready yet: see to what is marked LOOK."

    def __str__(self):
        said = [f"{'LOOK' if remark.urgent else 'note'}  {remark.text}" for remark in self.remarks]
        return "\n".join(
            [
                self._verdict(),
                *said,
                "",
                *(f"{name:14} {value}" for name, value in self.rows()),
                "",
                f"{'lesson':32} {'reference':>10} {'here':>10}",
                *(
                    f"{f'{number} {name}':32} {reference:>10} {here:>10}"
                    for number, name, reference, here in ((n, name[:29], r, h) for n, name, r, h in self.expectations())
                ),
            ]
        )

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        said = "".join(
            f"<li><strong>{'LOOK' if remark.urgent else 'Note'}:</strong> {escape(remark.text)}</li>"
            for remark in self.remarks
        )
        facts = "".join(
            f'<tr><th scope="row"{LEFT}>{escape(name)}</th><td{LEFT}>{escape(value)}</td></tr>'
            for name, value in self.rows()
        )
        lessons = "".join(
            f'<tr><th scope="row"{LEFT}>{number} {escape(name)}</th><td>{reference}</td><td>{here}</td></tr>'
            for number, name, reference, here in self.expectations()
        )
        return (
            f"<p><strong>{self._verdict()}</strong></p><ul>{said}</ul>"
            f"<table><caption>This machine</caption><tbody>{facts}</tbody></table>"
            "<table><caption>Time for each lesson, from top to bottom</caption>"
            f'<thead><tr><th scope="col"{LEFT}>lesson</th><th scope="col">reference machine</th>'
            f'<th scope="col">here, about</th></tr></thead><tbody>{lessons}</tbody></table>'
        )
