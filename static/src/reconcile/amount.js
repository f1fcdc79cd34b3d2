/**
 * The amount in a text, whatever its separators; NaN where there is none: "1.234,56", "1,234.56", "99,45", "1 234".
 *
 * @param {string} text
 * @returns {number}
 */
export function readAmount(text) {
    const found = text.replace(/[\s\u00a0\u202f']/g, "");
    if (!/^[-+\u2212]?\d[\d.,]*$/.test(found)) {
        return NaN;
    }
    const sign = /^[-\u2212]/.test(found) ? -1 : 1;
    const digits = found.replace(/^[-+\u2212]/, "").replace(/[.,]+$/, "");
    const place = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
    const cents = place < 0 ? "" : digits.slice(place + 1);
    const isDecimal = place >= 0 && cents.length <= 2;
    const whole = (isDecimal ? digits.slice(0, place) : digits).replace(/[.,]/g, "");
    return sign * Number(isDecimal ? `${whole}.${cents}` : whole);
}
