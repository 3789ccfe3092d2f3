/** Light or dark: what the reader's system says, until the button says otherwise. */
/// <reference lib="dom" />

const KEY = "quackmark-theme";

type Theme = "light" | "dark";

/** Sets the theme that was chosen before, and lets the button change it. */
export function startTheme(button: HTMLElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = remembered();
  const show = (): void => {
    const theme = chosen ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset["theme"] = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${theme === "dark" ? "light" : "dark"} colours`);
  };
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
    remember(chosen);
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}

function remembered(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    // A browser may refuse to store for local files: then the choice lasts as long as the page.
    return undefined;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // See above.
  }
}
