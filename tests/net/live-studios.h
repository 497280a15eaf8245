/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-port.h"
#include "thru-live-studio.h"

G_BEGIN_DECLS

/* Whole studios in one process over loopback, on simulated devices that they share: one "Keys" and one "Synth", which are in
 * every room. Nobody announces anything: rooms are typed in. */

#define LIVE_STUDIOS 3
#define LIVE_DEADLINE_SECONDS 20
#define LIVE_POLL_MS 10

typedef struct
{
  char       *dirs[LIVE_STUDIOS];
  guint       ports[LIVE_STUDIOS];
  ThruStudio *studios[LIVE_STUDIOS];
} LiveStudios;

gboolean live_deadline_cb (gpointer user_data);
gboolean live_poll_cb     (gpointer user_data);

#define live_wait_until(condition) \
  G_STMT_START { \
    gboolean late_ = FALSE; \
    guint timer_ = g_timeout_add_seconds (LIVE_DEADLINE_SECONDS, live_deadline_cb, &late_); \
    guint poll_ = g_timeout_add (LIVE_POLL_MS, live_poll_cb, NULL); \
    while (!late_ && !(condition)) \
    g_main_context_iteration (NULL, TRUE); \
    g_source_remove (timer_); \
    g_source_remove (poll_); \
    if (late_) \
    g_error ("%s:%d: it never came to: %s", __FILE__, __LINE__, #condition); \
  } G_STMT_END

void                live_start         (LiveStudios   *fixture,
                                        guint          n);
void                live_stop          (LiveStudios   *fixture,
                                        guint          n);

/* For main(): nothing here depends on the computer's system bus. */
void                live_init          (int           *argc,
                                        char        ***argv);

/* A test with so many rooms that run at first. */
#define live_add_test(path, n_rooms, func) \
        g_test_add (path, LiveStudios, GUINT_TO_POINTER (n_rooms), live_set_up, func, live_tear_down)

/* For g_test_add(): @data is how many of them start. */
void                live_set_up        (LiveStudios   *fixture,
                                        gconstpointer  data);
void                live_tear_down     (LiveStudios   *fixture,
                                        gconstpointer  data);

/* Returns: (transfer full): a connection with the room @n, made as soon as it listens. */
GSocketConnection * live_reach         (LiveStudios   *fixture,
                                        guint          n);

/* The address of @other, in room @n. */
void                live_type_in       (LiveStudios   *fixture,
                                        guint          n,
                                        guint          other);

/* Returns: (transfer none) (nullable): as room @n sees it; NULL, too, when it is not plugged in now. */
ThruDevice *        live_find          (LiveStudios   *fixture,
                                        guint          n,
                                        const char    *text,
                                        gboolean       source);

/* Returns: (transfer none) (nullable). */
ThruRoute *         live_find_route    (LiveStudios   *fixture,
                                        guint          n,
                                        const char    *from_text,
                                        const char    *to_text);
gboolean            live_is_state      (LiveStudios   *fixture,
                                        guint          n,
                                        const char    *from,
                                        const char    *to,
                                        ThruRouteState state);

void                live_wait_connected (LiveStudios  *fixture,
                                         guint         n,
                                         const char   *from,
                                         const char   *to);

/* Waits for the devices first. */
void                live_connect_route (LiveStudios   *fixture,
                                        guint          n,
                                        const char    *from,
                                        const char    *to);

/* Appends what the synth was sent; TRUE once it is all of @expected. */
gboolean            live_heard         (GByteArray    *heard,
                                        const char    *expected,
                                        gsize          length);

G_END_DECLS
