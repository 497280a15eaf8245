/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-scan-worker.h"

#include "thru-port-list.h"

#include <glib/gi18n.h>

#define LAST_SENDS_US 300000 /* when the program ends: for what was accepted before */
#define ABORT_US 100000      /* for a send under way when a port fails */

typedef struct
{
  ThruScanner *scanner;
  guint        generation;
  ThruScan     scan;
} Report;

typedef struct
{
  ThruScanner  *scanner;
  ThruOpenPort *port;
} SenderDone;

static void
report_free (Report *report)
{
  thru_scanner_unref (report->scanner);
  g_ptr_array_unref (report->scan.list);
  g_free (report);
}

static gboolean
deliver_report (gpointer user)
{
  Report *report = user;
  ThruScanner *scanner = report->scanner;
  gboolean current;

  g_mutex_lock (&scanner->lock);
  current = report->generation == scanner->generation;
  g_mutex_unlock (&scanner->lock);
  if (current && scanner->func != NULL)
    scanner->func (&report->scan, scanner->user);
  return G_SOURCE_REMOVE;
}

static void
post_report (ThruScanWorker *worker)
{
  Report *report = g_new0 (Report, 1);
  g_autoptr(GSource) source = g_idle_source_new ();

  report->scanner = thru_scanner_ref (worker->scanner);
  report->generation = worker->generation;
  report->scan.backend = worker->backend;
  report->scan.list = g_ptr_array_ref (worker->list);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_report, report, (GDestroyNotify) report_free);
  g_source_set_static_name (source, "thruwall: MIDI ports");
  g_source_attach (source, worker->scanner->context);
}

/* Removes it from the open ports; the caller has a reference of its own. */
static void
forget_open_port (ThruScanner  *scanner,
                  ThruOpenPort *port)
{
  g_mutex_lock (&scanner->lock);
  g_ptr_array_remove_fast (scanner->open_ports, port);
  g_mutex_unlock (&scanner->lock);
}

void
thru_scan_worker_close_handle (ThruScanner  *scanner,
                               ThruOpenPort *port)
{
  ThruBackendPort *handle;

  g_mutex_lock (&scanner->lock);
  handle = g_steal_pointer (&port->handle);
  port->closing = TRUE;
  g_mutex_unlock (&scanner->lock);
  handle->backend->close (handle);
  forget_open_port (scanner, port);
  /* The handle's: the MIDI system called into the port for as long as it was open. */
  thru_open_port_unref (port);
}

/* FALSE: we hung and were replaced; what we were about to do is another's now. */
static gboolean
is_current (ThruScanWorker *worker)
{
  gboolean current;

  g_mutex_lock (&worker->scanner->lock);
  current = worker->generation == worker->scanner->generation;
  g_mutex_unlock (&worker->scanner->lock);
  return current;
}

static void
sender_done (void *user)
{
  SenderDone *done = user;

  thru_scanner_close (done->scanner, done->port);
  thru_scanner_unref (done->scanner);
  thru_open_port_unref (done->port);
  g_free (done);
}

static ThruSender *
make_sender (ThruScanner  *scanner,
             ThruOpenPort *port)
{
  SenderDone *done = g_new0 (SenderDone, 1);

  done->scanner = thru_scanner_ref (scanner);
  done->port = thru_open_port_ref (port);
  return thru_sender_new (port->handle, sender_done, done);
}

void
thru_scan_worker_close (ThruScanWorker *worker,
                        ThruOpenPort   *port)
{
  gboolean open;

  /* An opening that hung may answer just now, on the thread that was replaced. */
  g_mutex_lock (&worker->scanner->lock);
  open = port->handle != NULL && !port->closing;
  g_mutex_unlock (&worker->scanner->lock);
  if (!open)
    return;

  if (port->sender != NULL && !thru_sender_is_done (port->sender, 0))
    /* It asks us again when all is sent. */
    thru_sender_finish (port->sender);
  else
    thru_scan_worker_close_handle (worker->scanner, port);
}

static gpointer
detach_thread (gpointer user)
{
  ThruBackendPort *handle = user;

  handle->backend->detach (handle);
  return NULL;
}

/* RtMidi waits up to a second for each JACK output whose server died: all at once, or the devices would be late. */
static void
detach_all (GPtrArray *ports)
{
  g_autoptr(GPtrArray) threads = g_ptr_array_new ();

  for (guint i = 0; i < ports->len; i++)
    {
      ThruOpenPort *port = g_ptr_array_index (ports, i);

      if (port->handle->backend->detach != NULL)
        g_ptr_array_add (threads, g_thread_new ("midi closing", detach_thread, port->handle));
    }
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
}

/* @ports: (element-type ThruOpenPort): told to end before. One whose send hangs stays open: closing it would hang us too, and
 * freeing it would pull the memory away from under its thread. */
static void
close_ended (ThruScanWorker *worker,
             GPtrArray      *ports,
             gint64          wait_us)
{
  gint64 until = g_get_monotonic_time () + wait_us;
  g_autoptr(GPtrArray) ended = g_ptr_array_new ();

  for (guint i = 0; i < ports->len; i++)
    {
      ThruOpenPort *port = g_ptr_array_index (ports, i);

      if (port->sender == NULL || thru_sender_is_done (port->sender, MAX (0, until - g_get_monotonic_time ())))
        g_ptr_array_add (ended, port);
    }
  for (guint i = 0; i < ended->len; i++)
    ((ThruOpenPort *) g_ptr_array_index (ended, i))->closing = TRUE;
  detach_all (ended);
  for (guint i = 0; i < ended->len; i++)
    thru_scan_worker_close_handle (worker->scanner, g_ptr_array_index (ended, i));
}

static GPtrArray *
copy_open_ports (ThruScanner *scanner)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_open_port_unref);

  g_mutex_lock (&scanner->lock);
  for (guint i = 0; i < scanner->open_ports->len; i++)
    {
      ThruOpenPort *port = g_ptr_array_index (scanner->open_ports, i);

      if (!port->closing)
        g_ptr_array_add (copy, thru_open_port_ref (port));
    }
  g_mutex_unlock (&scanner->lock);
  return copy;
}

static gboolean
is_listed (ThruScanWorker *worker,
           ThruOpenPort   *port)
{
  for (guint i = 0; i < worker->list->len; i++)
    {
      ThruPortEntry *entry = g_ptr_array_index (worker->list, i);

      if (entry->info->direction == port->direction && g_str_equal (entry->api_name, port->api_name))
        return TRUE;
    }
  return FALSE;
}

static const char *
find_fault (ThruScanWorker *worker,
            ThruOpenPort   *port)
{
  const ThruMidiBackend *backend = port->handle->backend;

  if (thru_open_port_get_state (port) == THRU_PORT_FAILED)
    return "";
  if (worker->backend == NULL)
    return _("The MIDI system of this computer stopped.");
  if (backend != worker->backend)
    return _("Another MIDI system is used now.");
  if (!is_listed (worker, port))
    return _("The device was removed.");
  if (!backend->is_alive (port->handle) || !backend->is_connected (port->handle))
    return _("The connection to the device was cut.");
  return NULL;
}

static void
close_faulty (ThruScanWorker *worker)
{
  g_autoptr(GPtrArray) ports = copy_open_ports (worker->scanner);

  for (guint i = ports->len; i > 0; i--)
    {
      ThruOpenPort *port = g_ptr_array_index (ports, i - 1);
      const char *fault = find_fault (worker, port);

      if (fault == NULL)
        {
          g_ptr_array_remove_index (ports, i - 1);
          continue;
        }
      thru_open_port_fail (port, fault);
      if (port->sender != NULL)
        thru_sender_abort (port->sender);
    }
  close_ended (worker, ports, ABORT_US);
}

static void
list_ports (ThruScanWorker *worker)
{
  g_auto(GStrv) sources = NULL;
  g_auto(GStrv) destinations = NULL;

  if (worker->backend != NULL)
    {
      sources = worker->backend->list (THRU_DIRECTION_SOURCE);
      destinations = worker->backend->list (THRU_DIRECTION_DESTINATION);
    }
  g_ptr_array_unref (worker->list);
  worker->list = thru_port_list_new (worker->backend != NULL ? worker->backend->prefix : "",
                                     (const char *const *) sources,
                                     (const char *const *) destinations);
  for (guint i = 0; i < worker->list->len && worker->backend->locate != NULL; i++)
    {
      ThruPortEntry *entry = g_ptr_array_index (worker->list, i);

      worker->backend->locate (entry->api_name, &entry->info->place, &entry->info->serial);
    }
}

/* A sentence for people: which device, why, and what to do. */
static char *
explain_refusal (const ThruMidiBackend *backend,
                 const ThruPortEntry   *entry)
{
  g_autofree char *holder = NULL;

  if (backend->find_holder != NULL)
    holder = backend->find_holder (entry->api_name, entry->info->direction);
  if (holder == NULL)
    return g_strdup_printf (_("%s can not be opened. If another program uses it, close that program; Thruwall keeps trying."),
                            entry->info->name);
  /* Translators: a device, and the program that has it. */
  return g_strdup_printf (_("%s is held by %s, which shares it with nobody. Close that program; Thruwall keeps trying."),
                          entry->info->name, holder);
}

static gboolean
has_gone (gpointer id,
          gpointer unused,
          gpointer list)
{
  return thru_port_list_find (list, id) == NULL;
}

static void
forget_stuck (ThruScanWorker *worker)
{
  g_mutex_lock (&worker->scanner->lock);
  g_hash_table_foreach_remove (worker->scanner->stuck, has_gone, worker->list);
  g_mutex_unlock (&worker->scanner->lock);
}

static gboolean
is_stuck (ThruScanWorker *worker,
          ThruOpenPort   *port)
{
  gboolean stuck;

  g_mutex_lock (&worker->scanner->lock);
  stuck = g_hash_table_contains (worker->scanner->stuck, port->id);
  g_mutex_unlock (&worker->scanner->lock);
  return stuck;
}

void
thru_scan_worker_scan (ThruScanWorker *worker)
{
  const ThruMidiBackend *before = worker->backend;

  worker->backend = NULL;
  for (guint i = 0; worker->backend == NULL && worker->scanner->backends[i] != NULL; i++)
    if (worker->scanner->backends[i]->works ())
      worker->backend = worker->scanner->backends[i];

  if (!is_current (worker))
    return;
  list_ports (worker);
  if (!is_current (worker))
    return;
  forget_stuck (worker);
  close_faulty (worker);
  if (before != NULL && before != worker->backend && before->leave != NULL)
    before->leave ();
  post_report (worker);
}

static void
open_entry (ThruScanWorker      *worker,
            ThruOpenPort        *port,
            const ThruPortEntry *entry)
{
  const ThruMidiBackend *backend = worker->backend;
  ThruBackendPort *handle;

  if (port->direction == THRU_DIRECTION_SOURCE)
    handle = backend->open_input (entry->api_name, thru_open_port_input, port);
  else
    handle = backend->open_output (entry->api_name);
  if (!is_current (worker))
    {
      /* It hung, and answers after all. */
      g_mutex_lock (&worker->scanner->lock);
      g_hash_table_remove (worker->scanner->stuck, port->id);
      g_mutex_unlock (&worker->scanner->lock);
    }
  if (handle == NULL)
    {
      g_autofree char *problem = explain_refusal (backend, entry);

      thru_open_port_fail (port, problem);
      return;
    }
  /* Given up meanwhile, for it took too long. Nobody else has heard of the handle. */
  if (thru_open_port_get_state (port) == THRU_PORT_FAILED)
    {
      backend->close (handle);
      return;
    }
  thru_open_port_ref (port);
  g_mutex_lock (&worker->scanner->lock);
  port->handle = handle;
  port->api_name = g_strdup (entry->api_name);
  g_ptr_array_add (worker->scanner->open_ports, thru_open_port_ref (port));
  g_mutex_unlock (&worker->scanner->lock);

  if (port->direction == THRU_DIRECTION_DESTINATION)
    port->sender = make_sender (worker->scanner, port);
  thru_open_port_set_open (port);
}

void
thru_scan_worker_open (ThruScanWorker *worker,
                       ThruOpenPort   *port)
{
  const ThruPortEntry *entry = thru_port_list_find (worker->list, port->id);

  /* Its closing may have come first. */
  if (g_atomic_int_get (&port->released))
    return;

  if (entry == NULL)
    {
      /* It may have come since the last look. */
      thru_scan_worker_scan (worker);
      entry = thru_port_list_find (worker->list, port->id);
    }
  if (entry == NULL || entry->info->direction != port->direction)
    thru_open_port_fail (port, _("The device is not there."));
  else if (is_stuck (worker, port))
    thru_open_port_fail (port, _("The device does not answer. Unplug it, and plug it in again."));
  else
    open_entry (worker, port, entry);
}

void
thru_scan_worker_close_all (ThruScanWorker *worker)
{
  g_autoptr(GPtrArray) ports = copy_open_ports (worker->scanner);

  for (guint i = 0; i < ports->len; i++)
    {
      ThruOpenPort *port = g_ptr_array_index (ports, i);

      thru_open_port_fail (port, _("The MIDI system was left."));
      if (port->sender != NULL)
        thru_sender_finish (port->sender);
    }
  close_ended (worker, ports, LAST_SENDS_US);
  if (worker->backend != NULL && worker->backend->leave != NULL)
    worker->backend->leave ();
}

ThruScanWorker *
thru_scan_worker_new (ThruScanner *scanner)
{
  ThruScanWorker *worker = g_new0 (ThruScanWorker, 1);

  worker->scanner = thru_scanner_ref (scanner);
  worker->generation = scanner->generation;
  worker->list = thru_port_list_new ("", NULL, NULL);
  return worker;
}

void
thru_scan_worker_free (ThruScanWorker *worker)
{
  g_ptr_array_unref (worker->list);
  thru_scanner_unref (worker->scanner);
  g_free (worker);
}
