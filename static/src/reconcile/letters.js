/** milliseconds after which a form is taken for not opening */
const LONGEST_OPENING = 2000;

/** A form opens: letters are for its first field, and wait for it. */
export class Letters {
    constructor() {
        this.since = 0;
        this.text = "";
    }

    expect() {
        this.since = Date.now();
        this.text = "";
    }

    /** @returns {boolean} whether the letter was taken */
    take(letter) {
        if (!this.since || Date.now() - this.since > LONGEST_OPENING) {
            return false;
        }
        this.text += letter;
        return true;
    }

    /** The field is there: what was typed for it. */
    give() {
        const { text } = this;
        this.since = 0;
        this.text = "";
        return text;
    }
}
