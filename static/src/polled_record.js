import { status, useComponent, useEffect } from "@odoo/owl";

/**
 * A record's form shows what the server does with it: it is loaded again while something is under way.
 *
 * @param {Function} isRunning
 * @param {number} milliseconds between two looks
 * @returns {Function} that loads it again at once
 */
export function usePolledRecord(isRunning, milliseconds) {
    const component = useComponent();
    let busy = false;
    let failed = false; // that is said once
    const reload = async () => {
        const { record } = component.props;
        if (busy || record.dirty || status(component) === "destroyed") {
            return;
        }
        busy = true;
        try {
            await record.load();
            failed = false;
        } catch (error) {
            const isNews = !failed;
            failed = true;
            if (isNews && status(component) !== "destroyed") {
                throw error; // else the person has left this screen meanwhile
            }
        } finally {
            busy = false;
        }
    };
    useEffect(
        (running) => {
            const timer = running && setInterval(reload, milliseconds);
            return () => clearInterval(timer);
        },
        () => [isRunning()]
    );
    return reload;
}
