/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-scanner.h"

G_BEGIN_DECLS

struct _ThruScanner
{
  gatomicrefcount               refs;
  const ThruMidiBackend *const *backends;
  GMainContext                 *context;

  /* The thread that made it. */
  ThruScannerFunc func;
  gpointer        user;

  /* Under the lock. */
  GMutex        lock;
  GCond         changed;
  guint         generation;                /* of the thread; one of an earlier generation was left to itself */
  GQueue        openings;                  /* of ThruOpenPort, owned */
  GQueue        closings;
  GPtrArray    *open_ports;                /* those with a handle, owned */
  ThruOpenPort *opening;                   /* owned */
  GHashTable   *stuck;                     /* ids of ports (owned) whose opening hangs */
  gint64        busy_since;                /* 0: waits for work */
  gboolean      wants_scan;
  gboolean      stopping;
  gboolean      stopped;
};

G_END_DECLS
