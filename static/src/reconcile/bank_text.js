import { Component } from "@odoo/owl";

/** What the bank wrote, with the places marked that a proposal rests on. */
export class BankText extends Component {
    static template = "account_bank_feed.BankText";
    static props = { text: String, marks: Array };

    /** [{text, marked}] */
    get pieces() {
        const { marks } = this.props;
        const text = [...this.props.text]; // by characters, as the server counts
        const pieces = [];
        let place = 0;
        for (const [start, end] of marks) {
            if (start < place) {
                continue;
            }
            pieces.push({ text: text.slice(place, start).join(""), marked: false });
            pieces.push({ text: text.slice(start, end).join(""), marked: true });
            place = end;
        }
        pieces.push({ text: text.slice(place).join(""), marked: false });
        return pieces.filter((piece) => piece.text);
    }
}
