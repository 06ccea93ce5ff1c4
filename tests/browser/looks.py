"""What is wrong with how a page looks and can be used: sideways scrolling, WCAG 2.2 A and AA, targets for a finger."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE

FINGER = 44  # px, the least a target measures on a phone
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # the stylesheets are our own and there already
}

# Opens what is folded, but for the menus, which would cover the page.
UNFOLD = "document.querySelectorAll('main details').forEach(fold => fold.open = true)"

SIDEWAYS = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"

# How far a finger may land from the middle of a control and still meet it or its label; a link inside a sentence is
# exempt, as in WCAG. The screen is made as tall as the page beforehand, so that every control can be met.
SMALL_TARGETS = """
least => {
  const inSentence = link => link.matches('a, button.link') && getComputedStyle(link).display === 'inline'
    && [...link.parentNode.childNodes].some(other => other !== link && other.textContent.trim());
  const found = [];
  const menus = [...document.querySelectorAll('header details[open]')];
  const menu = menus.find(menu => menu.checkVisibility());  // covers what is below it
  for (const control of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (!control.checkVisibility({visibilityProperty: true}) || control.matches('[type=hidden], .skip')) continue;
    if (inSentence(control) || (menu && !menu.contains(control))) continue;
    const box = control.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const met = (dx, dy) => {
      const there = document.elementFromPoint(x + dx, y + dy);
      return there && (control.contains(there) || [...control.labels ?? []].some(label => label.contains(there)));
    };
    const reach = (dx, dy) => { let n = 0; while (n < least && met(dx * (n + 1), dy * (n + 1))) n++; return n; };
    // A control between two pixels loses one of them at either end.
    const wide = reach(-1, 0) + reach(1, 0) + 1, high = reach(0, -1) + reach(0, 1) + 1;
    if (wide < least - 1 || high < least - 1) {
      const name = control.textContent.trim() || control.name || control.outerHTML;
      found.push(`${control.tagName.toLowerCase()} “${name.slice(0, 30)}” ${wide}×${high}`);
    }
  }
  return found;
}
"""


def faults_at(page: Page, name: str, *, wcag_at: tuple[dict[str, int], ...] = (PHONE,)) -> list[str]:
    """Every fault of the page now open, at a desk and on a phone; `name` says which page it is.

    What WCAG asks for lies in the same elements at both widths: it is looked for at these, on a phone unless asked.
    """
    page.wait_for_load_state()
    page.evaluate(UNFOLD)
    found = []
    for screen in (DESK, PHONE):
        page.set_viewport_size(screen)
        where = f"{name} at {screen['width']} px"
        found += sideways(page, where)
        if screen in wcag_at:
            found += violations(page, where)
    return found + [f"{name}: too small for a finger: {target}" for target in small_targets(page)]


def sideways(page: Page, where: str) -> list[str]:
    page.wait_for_load_state()  # words can be found before the stylesheet has come
    too_wide = page.evaluate(SIDEWAYS)
    return [f"{where}: scrolls sideways by {too_wide} px"] if too_wide > 0 else []


def violations(page: Page, where: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate("options => axe.run(options)", WCAG)
    return [
        f"{where}: {rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """The controls that a finger would miss, on the screen as it is wide now."""
    screen = page.viewport_size
    page.set_viewport_size({**screen, "height": page.evaluate("document.documentElement.scrollHeight")})
    found = page.evaluate(SMALL_TARGETS, FINGER)
    page.set_viewport_size(screen)
    return found
