/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A source that calls a function on the thread of its context whenever it is due. Any thread says when, with
 * g_source_set_ready_time(): monotonic microseconds, 0 for at once, -1 for never; each call makes it wait for the next. */

typedef void (*ThruDueFunc) (gpointer user);

/* @context: (nullable): NULL is the default one. @name: static. Returns: (transfer full): attached, and never due. */
GSource *thru_due_source_new  (GMainContext *context,
                               const char   *name,
                               ThruDueFunc   func,
                               gpointer      user);

/* On the thread of its context, in its own function too. */
void     thru_due_source_free (GSource      *source);

G_END_DECLS
