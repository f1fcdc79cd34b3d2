/**
 * The arrow keys move the active one of a list that stands below a field.
 *
 * @param {KeyboardEvent} ev
 * @param {{active: number}} state
 * @param {number} count of the list
 * @param {Element} list
 * @returns {boolean} whether the key was one of them
 */
export function moveActive(ev, state, count, list) {
    if (ev.key !== "ArrowDown" && ev.key !== "ArrowUp") {
        return false;
    }
    const step = ev.key === "ArrowDown" ? 1 : -1;
    state.active = Math.max(0, Math.min(count - 1, state.active + step));
    list?.children[state.active]?.scrollIntoView({ block: "nearest" });
    return true;
}
