/** The look of what floats: menus, lists to choose from, popovers. */
export const popupClass =
  'edge rounded-card border border-line bg-raised p-1 text-body text-ink shadow-float outline-none transition-opacity ' +
  'data-ending-style:opacity-0 data-starting-style:opacity-0 data-instant:transition-none'

/** One row of a menu or list; the highlighted one is where the keyboard or the pointer is. */
export const itemClass =
  'relative flex min-h-8 cursor-default items-center gap-2.5 rounded-field px-2.5 py-1.5 outline-none select-none ' +
  'data-highlighted:bg-hover data-highlighted:forced-colors:outline-2 data-disabled:text-faint'
