"""What a person refused of a movement, or undid."""

from typing import NamedTuple


class Refused(NamedTuple):
    """:param documents: {(movement's id, document's id)}
    :param codings: {(movement's id, kind as text)}"""

    documents: frozenset = frozenset()
    codings: frozenset = frozenset()

    @classmethod
    def of(cls, lines, reconsidered=False):
        """What must not be proposed for these movements; or what of it a person asked to see again."""
        domain = [
            ('statement_line_id', 'in', lines.ids),
            ('state', '=', 'refused'),
            ('superseded', '=', False),
            ('reconsidered', '=', reconsidered),
        ]
        matches = lines.env['bank.match'].sudo().search(domain)
        return cls(
            frozenset(
                (match.statement_line_id.id, part.move_id.id) for match in matches for part in match.allocation_ids
            ),
            frozenset((match.statement_line_id.id, match.coding_kind) for match in matches if match.coding_kind),
        )
