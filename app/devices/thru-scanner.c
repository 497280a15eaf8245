/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-scanner.h"

#include "thru-scan-worker.h"

#include <glib/gi18n.h>

static void
clear_ports (GQueue *ports)
{
  g_queue_clear_full (ports, (GDestroyNotify) thru_open_port_unref);
}

static void
fail_left (gpointer data,
           gpointer unused)
{
  thru_open_port_fail (data, _("The MIDI system was left."));
}

/* One piece of work, without the lock. Nobody waits for a closing, but many must not pile up: JACK knows a hundred clients of
 * a name. FALSE: there was none. */
static gboolean
work_locked (ThruScanWorker *worker)
{
  ThruScanner *scanner = worker->scanner;
  ThruOpenPort *opening = NULL;
  ThruOpenPort *closing = NULL;
  gboolean scan = scanner->wants_scan;

  if (!scan && scanner->closings.length >= scanner->openings.length)
    closing = g_queue_pop_head (&scanner->closings);
  else if (!scan)
    opening = g_queue_pop_head (&scanner->openings);
  if (!scan && opening == NULL && closing == NULL)
    return FALSE;

  scanner->wants_scan = FALSE;
  scanner->opening = opening != NULL ? thru_open_port_ref (opening) : NULL;
  scanner->busy_since = g_get_monotonic_time ();
  g_mutex_unlock (&scanner->lock);

  if (scan)
    thru_scan_worker_scan (worker);
  else if (opening != NULL)
    thru_scan_worker_open (worker, opening);
  else
    thru_scan_worker_close (worker, closing);
  g_clear_pointer (&opening, thru_open_port_unref);
  g_clear_pointer (&closing, thru_open_port_unref);

  g_mutex_lock (&scanner->lock);
  if (worker->generation == scanner->generation)
    {
      scanner->busy_since = 0;
      g_clear_pointer (&scanner->opening, thru_open_port_unref);
    }
  return TRUE;
}

static gpointer
run (gpointer user)
{
  ThruScanWorker *worker = user;
  ThruScanner *scanner = worker->scanner;

  g_mutex_lock (&scanner->lock);
  while (worker->generation == scanner->generation && !scanner->stopping)
    if (!work_locked (worker))
      g_cond_wait (&scanner->changed, &scanner->lock);

  if (worker->generation == scanner->generation)
    {
      g_mutex_unlock (&scanner->lock);
      thru_scan_worker_close_all (worker);
      g_mutex_lock (&scanner->lock);
      scanner->stopped = TRUE;
      g_cond_broadcast (&scanner->changed);
    }
  g_mutex_unlock (&scanner->lock);

  thru_scan_worker_free (worker);
  return NULL;
}

/* The thread is never joined, for it may hang. */
static void
start_thread (ThruScanner *scanner)
{
  g_thread_unref (g_thread_new ("midi scanner", run, thru_scan_worker_new (scanner)));
}

ThruScanner *
thru_scanner_new (const ThruMidiBackend *const *backends,
                  ThruScannerFunc               func,
                  gpointer                      user)
{
  ThruScanner *scanner = g_new0 (ThruScanner, 1);

  g_atomic_ref_count_init (&scanner->refs);
  g_mutex_init (&scanner->lock);
  g_cond_init (&scanner->changed);
  g_queue_init (&scanner->openings);
  g_queue_init (&scanner->closings);
  scanner->backends = backends;
  scanner->context = g_main_context_ref_thread_default ();
  scanner->func = func;
  scanner->user = user;
  scanner->open_ports = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_open_port_unref);
  scanner->stuck = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  start_thread (scanner);
  return scanner;
}

ThruScanner *
thru_scanner_ref (ThruScanner *scanner)
{
  g_atomic_ref_count_inc (&scanner->refs);
  return scanner;
}

void
thru_scanner_unref (ThruScanner *scanner)
{
  if (!g_atomic_ref_count_dec (&scanner->refs))
    return;

  clear_ports (&scanner->openings);
  clear_ports (&scanner->closings);
  g_ptr_array_unref (scanner->open_ports);
  g_hash_table_unref (scanner->stuck);
  g_clear_pointer (&scanner->opening, thru_open_port_unref);
  g_main_context_unref (scanner->context);
  g_mutex_clear (&scanner->lock);
  g_cond_clear (&scanner->changed);
  g_free (scanner);
}

void
thru_scanner_scan (ThruScanner *scanner)
{
  g_mutex_lock (&scanner->lock);
  scanner->wants_scan = TRUE;
  g_cond_broadcast (&scanner->changed);
  g_mutex_unlock (&scanner->lock);
}

void
thru_scanner_open (ThruScanner  *scanner,
                   ThruOpenPort *port)
{
  gboolean stopping;

  g_mutex_lock (&scanner->lock);
  stopping = scanner->stopping;
  if (!stopping)
    g_queue_push_tail (&scanner->openings, thru_open_port_ref (port));
  g_cond_broadcast (&scanner->changed);
  g_mutex_unlock (&scanner->lock);
  if (stopping)
    thru_open_port_fail (port, _("The MIDI system was left."));
}

void
thru_scanner_close (ThruScanner  *scanner,
                    ThruOpenPort *port)
{
  gboolean left_over;

  g_mutex_lock (&scanner->lock);
  if (!scanner->stopping)
    g_queue_push_tail (&scanner->closings, thru_open_port_ref (port));
  /* Its send hung when all else was closed, and has returned after all. */
  left_over = scanner->stopped && port->handle != NULL && !port->closing
              && (port->sender == NULL || thru_sender_is_done (port->sender, 0));
  if (left_over)
    port->closing = TRUE;
  g_cond_broadcast (&scanner->changed);
  g_mutex_unlock (&scanner->lock);
  if (left_over)
    thru_scan_worker_close_handle (scanner, port);
}

static void
check_port (ThruOpenPort *port)
{
  thru_open_port_check (port);
  if (port->handle != NULL && !port->handle->backend->is_alive (port->handle))
    thru_open_port_fail (port, _("The connection to the device was cut."));
}

void
thru_scanner_check (ThruScanner *scanner)
{
  g_mutex_lock (&scanner->lock);
  for (guint i = 0; i < scanner->open_ports->len; i++)
    check_port (g_ptr_array_index (scanner->open_ports, i));
  g_mutex_unlock (&scanner->lock);
}

gint64
thru_scanner_get_busy_us (ThruScanner *scanner)
{
  gint64 since;

  g_mutex_lock (&scanner->lock);
  since = scanner->busy_since;
  g_mutex_unlock (&scanner->lock);
  return since != 0 ? g_get_monotonic_time () - since : 0;
}

gboolean
thru_scanner_is_idle (ThruScanner *scanner)
{
  gboolean idle;

  g_mutex_lock (&scanner->lock);
  idle = scanner->busy_since == 0 && !scanner->wants_scan && g_queue_is_empty (&scanner->openings);
  g_mutex_unlock (&scanner->lock);
  return idle;
}

gboolean
thru_scanner_replace (ThruScanner *scanner,
                      gboolean     served)
{
  g_autoptr(GPtrArray) hung = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_open_port_unref);

  g_mutex_lock (&scanner->lock);
  scanner->generation++;
  scanner->busy_since = 0;
  if (scanner->opening != NULL)
    {
      if (!served)
        g_hash_table_add (scanner->stuck, g_strdup (scanner->opening->id));
      g_ptr_array_add (hung, g_steal_pointer (&scanner->opening));
    }
  g_mutex_unlock (&scanner->lock);

  for (guint i = 0; i < hung->len; i++)
    thru_open_port_fail (g_ptr_array_index (hung, i),
                         served ? _("The MIDI system does not answer. Restart JACK or PipeWire.")
                                : _("The device does not answer. Unplug it, and plug it in again."));
  start_thread (scanner);
  return hung->len > 0 && !served;
}

void
thru_scanner_stop (ThruScanner *scanner,
                   gint64       wait_us)
{
  gint64 until = g_get_monotonic_time () + wait_us;

  scanner->func = NULL;
  g_mutex_lock (&scanner->lock);
  scanner->stopping = TRUE;
  g_cond_broadcast (&scanner->changed);
  while (!scanner->stopped && g_cond_wait_until (&scanner->changed, &scanner->lock, until))
    ;
  /* Should it come back, it ends at once. */
  scanner->generation++;
  g_queue_foreach (&scanner->openings, fail_left, NULL);
  g_ptr_array_foreach (scanner->open_ports, fail_left, NULL);
  if (scanner->opening != NULL)
    fail_left (scanner->opening, NULL);
  clear_ports (&scanner->openings);
  clear_ports (&scanner->closings);
  g_mutex_unlock (&scanner->lock);
}
