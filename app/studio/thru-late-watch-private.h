/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells routes when notes of theirs came too late: looks at their meters once a second at most, and not at all while nothing
 * moves. Main thread only. */
typedef struct _ThruLateWatch ThruLateWatch;

/* @routes: (element-type ThruRoute), borrowed. */
ThruLateWatch *_thru_late_watch_new  (GListModel    *routes);
void           _thru_late_watch_free (ThruLateWatch *self);

G_END_DECLS
