/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the desktop must allow: to go on without a window, and to start at login. A sandbox asks the portal
 * org.freedesktop.portal.Background, which may ask the user; elsewhere nobody needs to be asked, and starting at login is a
 * file in the folder autostart. */

/* Whether it must be asked for at all. */
gboolean thru_background_needs_asking   (void);

/* Whether Thruwall is started at login, as far as one can know: a sandbox can not look, and remembers what was granted in
 * @settings (may be NULL). */
gboolean thru_background_is_at_login    (GSettings          *settings);

/* Asks to go on without a window, and to be started at login, or no more. The callback comes from the main loop. */
void     thru_background_request        (gboolean            at_login,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user);

/* FALSE with @error, in words for people, when it was refused. */
gboolean thru_background_request_finish (GAsyncResult       *result,
                                         GError            **error);

G_END_DECLS
