import { useExternalListener } from "@odoo/owl";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useService } from "@web/core/utils/hooks";
import { typedAhead } from "../coding/typed_ahead";
import { COMMANDS, SIGNS } from "./commands";

/** Where a key is somebody else's. */
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .o_searchview, .dropdown-menu";
const PRESSED = "button, a, summary, th, [role=button], .o_group_header";
/** Where Escape leaves a form of the panel, and where it is the field's own. */
const PANEL = ".o_bank_panel";
const OWN_ESCAPE = ".o-autocomplete:has(.dropdown-menu), .o-mail-Chatter, .o_bank_analytic";
const KEYS = COMMANDS.flatMap((command) => command.keys);

/** Whether a keydown is one of ours, for whom it would be another one's too (the rows of a list). */
export function isCommand(ev) {
    return KEYS.includes(getActiveHotkey(ev));
}

/**
 * The keys of the reconciliation view, on core's hotkey service: input methods, other layouts, Caps Lock and dialogs are its
 * business.
 *
 * @param {Object} store of the view
 * @param {Function} run (command) does it
 */
export function useCommands(store, run) {
    const ui = useService("ui");
    for (const command of COMMANDS) {
        for (const key of command.keys) {
            useHotkey(key, () => run(command), {
                allowRepeat: Boolean(command.held),
                isAvailable: (target) => isFree(target, key),
            });
        }
    }
    const onKeydown = (ev) => {
        if (ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing || ev.key?.length !== 1 || ui.activeElement !== document) {
            return;
        }
        if (ev.target.closest?.(TYPING) || typedAhead.isHolding) {
            return;
        }
        const command = COMMANDS.find(({ name }) => name === SIGNS[ev.key]);
        const taken = store.letters.take(ev.key); // it was typed for a form that opens
        if (taken || command) {
            ev.preventDefault();
            ev.stopPropagation();
            if (!taken && !ev.repeat) {
                run(command);
            }
        }
    };
    useExternalListener(window, "keydown", onKeydown, { capture: true });
}

function isFree(target, key) {
    if (key === "escape" && target.closest?.(PANEL)) {
        return !target.closest(OWN_ESCAPE);
    }
    return !target.closest?.(TYPING) && !(key === "enter" && target.closest?.(PRESSED));
}
