/* Keeps a part of a page up to date while the work that it tells of is under way: <… id data-refresh="seconds">. */

(() => {
    const later = () => {
        const part = document.querySelector("[data-refresh]");
        if (part) setTimeout(() => refresh(part), Number(part.dataset.refresh) * 1000);
    };

    const refresh = async (part) => {
        try {
            const answer = document.hidden ? null : await fetch(location.href);
            if (answer?.redirected) return; // signed out, or gone
            if (answer?.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const fresh = page.getElementById(part.id);
                if (fresh) part.replaceWith(document.adoptNode(fresh));
            }
        } catch {
            // The server does not answer; it is asked again.
        }
        later();
    };

    document.addEventListener("DOMContentLoaded", later);
})();
