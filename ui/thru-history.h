/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

#define THRU_TYPE_HISTORY (thru_history_get_type ())

/* What was connected, disconnected, muted and unmuted here, to undo and redo; at most 100 steps. Ends are remembered by
 * identity, so a step can be undone after a device went and came back. Properties "can-undo" and "can-redo" notify.
 *
 * Answers to questions can be undone, too, but not redone: the question is open again.
 *
 * Signal "patched" (const char *text, ThruRoute *unasked): a person changed a route, or answered, or @unasked (nullable) was muted
 * because of a loop; a sentence for a toast. */
G_DECLARE_FINAL_TYPE (ThruHistory, thru_history, THRU, HISTORY, GObject)

ThruHistory *thru_history_new      (ThruStudio   *studio);

/* FALSE with @error when an end of the route is not known any more, or the studio refuses. */
gboolean     thru_history_undo     (ThruHistory  *self,
                                    GError      **error);
gboolean     thru_history_redo     (ThruHistory  *self,
                                    GError      **error);

gboolean     thru_history_can_undo (ThruHistory  *self);
gboolean     thru_history_can_redo (ThruHistory  *self);

G_END_DECLS
