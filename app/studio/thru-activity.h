/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Waits for the next message that any meter of the program counts, without looking again and again: while nothing moves, nothing
 * runs. Main thread, default main context. */

typedef void (*ThruActivityFunc) (gpointer user);

/* Calls @func once, as soon as something moves. Look at the meters after this call: what moved before it does not count.
 * Returns a number for thru_activity_cancel(); 0: too many files are open, and nothing will be called. */
guint thru_activity_wait   (ThruActivityFunc  func,
                            gpointer          user);

/* Not called any more; a @number that is over or 0 does nothing. */
void  thru_activity_cancel (guint             number);

G_END_DECLS
