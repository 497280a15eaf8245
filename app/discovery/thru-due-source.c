/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-due-source.h"

typedef struct
{
  GSource     source;
  ThruDueFunc func;
  gpointer    user;
} DueSource;

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user_data)
{
  DueSource *self = (DueSource *) source;

  g_source_set_ready_time (source, -1);
  self->func (self->user);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

GSource *
thru_due_source_new (GMainContext *context,
                     const char   *name,
                     ThruDueFunc   func,
                     gpointer      user)
{
  GSource *source;

  g_return_val_if_fail (name != NULL && func != NULL, NULL);

  source = g_source_new (&source_funcs, sizeof (DueSource));
  ((DueSource *) source)->func = func;
  ((DueSource *) source)->user = user;
  g_source_set_static_name (source, name);
  g_source_attach (source, context);
  return source;
}

void
thru_due_source_free (GSource *source)
{
  g_return_if_fail (source != NULL);

  g_source_destroy (source);
  g_source_unref (source);
}
