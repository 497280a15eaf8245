/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-midi-system.h"

#include "thru-backend-alsa.h"
#include "thru-backend-demo.h"
#include "thru-backend-jack.h"
#include "thru-jack-cycle.h"
#include "thru-lapse.h"
#include "thru-port-list.h"
#include "thru-port-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SEQUENCER "/dev/snd/seq"
#define RETRY_MS 1500      /* between looks while no API works: seen within two seconds, and no more often than that needs */
#define SETTLE_MS 50       /* before what happened meanwhile, or after a hang, is looked at */
#define HANG_MS 5000       /* a look that takes longer hangs; doubles each time */
#define HANG_MAX_MS 320000
#define STOP_US 800000

struct _ThruMidiSystem
{
  GObject                parent_instance;

  ThruMidiApi            api;
  const ThruMidiBackend *backends[3]; /* in the order of preference, NULL-terminated */

  /* Owned. */
  ThruScanner  *scanner;              /* while started */
  GMainContext *context;
  GPtrArray    *ports;                /* of ThruPortInfo */
  char         *problem;

  /* Borrowed. */
  const ThruMidiBackend *backend;     /* the one that works */
  const ThruMidiBackend *hung;        /* the one whose look hung last; NULL since a look returned */

  /* Owned. */
  GSource *look;                      /* the next look */
  GSource *watch;                     /* tells of changes */
  GSource *watchdog;                  /* while a look or an opening may be under way */
  guint    hang_ms;
  gboolean look_again;                /* something changed during the look */
  gboolean looked;
  gboolean looking;                   /* a look is under way */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruMidiSystem, thru_midi_system, G_TYPE_OBJECT)

static void look_in (ThruMidiSystem *self,
                     guint           ms);

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
add_timer (ThruMidiSystem *self,
           guint           ms,
           GSourceFunc     func,
           const char     *name)
{
  GSource *source = ms >= 1000 && ms % 1000 == 0 ? g_timeout_source_new_seconds (ms / 1000) : g_timeout_source_new (ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_set_static_name (source, name);
  g_source_attach (source, self->context);
  return source;
}

static void
set_problem (ThruMidiSystem *self,
             const char     *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

/* It is there, but not for this user: a login over SSH is the usual case. */
static gboolean
is_sequencer_forbidden (ThruMidiSystem *self)
{
  return (self->api == THRU_MIDI_API_ALSA || self->api == THRU_MIDI_API_AUTO) &&
         g_access (SEQUENCER, F_OK) == 0 &&
         g_access (SEQUENCER, R_OK | W_OK) != 0;
}

static const char *
describe_absence (ThruMidiSystem *self)
{
  if (is_sequencer_forbidden (self))
    return _("This user may not use the ALSA sequencer. Add the user to the group audio, and log in again.");

  switch (self->api)
    {
    case THRU_MIDI_API_ALSA:
      return _("There is no ALSA sequencer. Load the kernel module snd-seq.");

    case THRU_MIDI_API_JACK:
      return _("No JACK server is running. Start JACK or PipeWire.");

    case THRU_MIDI_API_DEMO:
      return _("The simulated devices are switched off.");

    case THRU_MIDI_API_AUTO:
    default:
      return _("There is neither an ALSA sequencer nor a JACK server. Load the kernel module snd-seq, or start JACK or PipeWire.");
    }
}

static const char *
describe_hang (ThruMidiSystem *self)
{
  if (self->hung != NULL && !self->hung->served)
    return _("The ALSA sequencer does not answer. Unplug what was plugged in last, or restart the computer.");
  return _("The MIDI system does not answer. Restart JACK or PipeWire.");
}

static gboolean
same_ports (GPtrArray *ports,
            GPtrArray *list)
{
  if (ports->len != list->len)
    return FALSE;

  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *info = g_ptr_array_index (ports, i);
      ThruPortEntry *entry = g_ptr_array_index (list, i);

      if (!thru_port_info_equal (info, entry->info))
        return FALSE;
    }
  return TRUE;
}

static void
take_ports (ThruMidiSystem *self,
            GPtrArray      *list)
{
  g_ptr_array_unref (self->ports);
  self->ports = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_port_info_free);
  for (guint i = 0; i < list->len; i++)
    {
      ThruPortEntry *entry = g_ptr_array_index (list, i);

      g_ptr_array_add (self->ports, thru_port_info_copy (entry->info));
    }
}

static gboolean
watch_cb (gint         fd,
          GIOCondition condition,
          gpointer     user)
{
  ThruMidiSystem *self = user;

  self->backend->watch_taken ();
  /* What sounds is released now, and not only when the scanner has done what it is about. */
  thru_scanner_check (self->scanner);
  look_in (self, self->backend->settle_ms);
  return G_SOURCE_CONTINUE;
}

/* The descriptor is asked for after each look: an API that went and came again has another. */
static void
watch_backend (ThruMidiSystem *self)
{
  int fd = self->backend != NULL ? self->backend->watch_fd () : -1;

  clear_source (&self->watch);
  if (fd < 0)
    return;

  self->watch = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (watch_cb), self, NULL);
  g_source_set_static_name (self->watch, "thruwall: MIDI changes");
  g_source_attach (self->watch, self->context);
}

static void
scanned_cb (const ThruScan *scan,
            gpointer        user)
{
  ThruMidiSystem *self = user;
  gboolean changed = !self->looked || self->backend != scan->backend || self->problem != NULL;

  if (thru_scanner_is_idle (self->scanner))
    clear_source (&self->watchdog);
  self->hang_ms = HANG_MS;
  self->looking = FALSE;
  self->looked = TRUE;
  self->backend = scan->backend;
  self->hung = NULL;
  if (scan->backend == NULL)
    {
      changed = changed && g_strcmp0 (self->problem, describe_absence (self)) != 0;
      set_problem (self, describe_absence (self));
    }
  else
    set_problem (self, NULL);

  if (!same_ports (self->ports, scan->list))
    {
      take_ports (self, scan->list);
      changed = TRUE;
    }
  watch_backend (self);
  look_in (self, self->look_again ? SETTLE_MS : self->backend != NULL ? self->backend->poll_ms : RETRY_MS);
  self->look_again = FALSE;
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
hang_cb (gpointer user)
{
  ThruMidiSystem *self = user;
  gint64 busy_us;

  thru_scanner_check (self->scanner);
  busy_us = thru_scanner_get_busy_us (self->scanner);
  if (busy_us < (gint64) self->hang_ms * 900)
    {
      if (busy_us > 0 || self->looking)
        return G_SOURCE_CONTINUE;
      clear_source (&self->watchdog);
      return G_SOURCE_REMOVE;
    }

  /* The thread that hangs is lost, so the next is given longer. */
  self->hang_ms = MIN (self->hang_ms * 2, HANG_MAX_MS);
  clear_source (&self->watchdog);
  self->looking = FALSE;
  if (thru_scanner_replace (self->scanner, self->backend != NULL && self->backend->served))
    {
      /* One device is no reason to stop the others. */
      look_in (self, SETTLE_MS);
      return G_SOURCE_REMOVE;
    }
  /* That of the next look hangs, too, and does not say where. */
  if (self->backend != NULL)
    self->hung = self->backend;
  self->backend = NULL;
  set_problem (self, describe_hang (self));
  g_ptr_array_set_size (self->ports, 0);
  clear_source (&self->watch);
  look_in (self, SETTLE_MS);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
watch_for_hanging (ThruMidiSystem *self)
{
  if (self->watchdog == NULL)
    self->watchdog = add_timer (self, self->hang_ms, hang_cb, "thruwall: MIDI watchdog");
}

static gboolean
look_cb (gpointer user)
{
  ThruMidiSystem *self = user;

  clear_source (&self->look);
  thru_scanner_check (self->scanner);
  self->looking = TRUE;
  watch_for_hanging (self);
  thru_scanner_scan (self->scanner);
  return G_SOURCE_REMOVE;
}

static void
look_in (ThruMidiSystem *self,
         guint           ms)
{
  if (self->looking)
    {
      self->look_again = TRUE;
      return;
    }
  clear_source (&self->look);
  self->look = add_timer (self, ms, look_cb, "thruwall: look at MIDI");
}

static void
thru_midi_system_dispose (GObject *object)
{
  thru_midi_system_stop (THRU_MIDI_SYSTEM (object));

  G_OBJECT_CLASS (thru_midi_system_parent_class)->dispose (object);
}

static void
thru_midi_system_finalize (GObject *object)
{
  ThruMidiSystem *self = THRU_MIDI_SYSTEM (object);

  g_main_context_unref (self->context);
  g_ptr_array_unref (self->ports);
  g_free (self->problem);

  G_OBJECT_CLASS (thru_midi_system_parent_class)->finalize (object);
}

static void
thru_midi_system_class_init (ThruMidiSystemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = thru_midi_system_dispose;
  object_class->finalize = thru_midi_system_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
thru_midi_system_init (ThruMidiSystem *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->ports = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_port_info_free);
  self->hang_ms = HANG_MS;
}

ThruMidiSystem *
thru_midi_system_new (ThruMidiApi api)
{
  ThruMidiSystem *self = g_object_new (THRU_TYPE_MIDI_SYSTEM, NULL);
  guint n = 0;

  self->api = api;
  if (api == THRU_MIDI_API_AUTO || api == THRU_MIDI_API_ALSA)
    self->backends[n++] = thru_backend_alsa_get ();
  if (api == THRU_MIDI_API_AUTO || api == THRU_MIDI_API_JACK)
    self->backends[n++] = thru_backend_jack_get ();
  if (api == THRU_MIDI_API_DEMO)
    self->backends[n++] = thru_backend_demo_get ();
  return self;
}

void
thru_midi_system_start (ThruMidiSystem *self)
{
  g_return_if_fail (THRU_IS_MIDI_SYSTEM (self));
  g_return_if_fail (self->scanner == NULL);

  self->scanner = thru_scanner_new (self->backends, scanned_cb, self);
  look_cb (self);
}

void
thru_midi_system_look (ThruMidiSystem *self)
{
  g_return_if_fail (THRU_IS_MIDI_SYSTEM (self));

  if (self->scanner != NULL)
    look_in (self, 0);
}

void
thru_midi_system_set_late_limit (ThruMidiSystem *self,
                                 guint64         us)
{
  g_return_if_fail (THRU_IS_MIDI_SYSTEM (self));

  /* A server that is late now and then is not to cost notes. */
  thru_jack_cycle_set_late_limit (us > 0 ? MAX (us, THRU_LAPSE_US) : 0);
}

void
thru_midi_system_stop (ThruMidiSystem *self)
{
  g_return_if_fail (THRU_IS_MIDI_SYSTEM (self));

  clear_source (&self->look);
  clear_source (&self->watch);
  clear_source (&self->watchdog);
  self->backend = NULL;
  self->looked = FALSE;
  self->looking = FALSE;
  if (self->scanner != NULL)
    thru_scanner_stop (self->scanner, STOP_US);
  g_clear_pointer (&self->scanner, thru_scanner_unref);
}

GPtrArray *
thru_midi_system_get_ports (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);

  return self->ports;
}

gboolean
thru_midi_system_is_absent (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), FALSE);

  return !is_sequencer_forbidden (self) && g_strcmp0 (self->problem, describe_absence (self)) == 0;
}

const char *
thru_midi_system_get_remedy (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);

  if (self->problem == NULL || !g_str_equal (self->problem, describe_absence (self)))
    return NULL;
  if (is_sequencer_forbidden (self))
    return "sudo usermod --append --groups audio \"$USER\"";
  if (self->api == THRU_MIDI_API_ALSA || self->api == THRU_MIDI_API_AUTO)
    return "sudo modprobe snd-seq";
  return NULL;
}

gboolean
thru_midi_system_is_working (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), FALSE);

  return self->backend != NULL;
}

const char *
thru_midi_system_get_api_name (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);

  return self->backend != NULL ? self->backend->name : NULL;
}

const char *
thru_midi_system_get_problem (ThruMidiSystem *self)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);

  return self->problem;
}

ThruInput *
thru_midi_system_open_input (ThruMidiSystem *self,
                             const char     *id)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);
  g_return_val_if_fail (self->scanner != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watch_for_hanging (self);
  return _thru_port_new (THRU_TYPE_INPUT, self->scanner, id, THRU_DIRECTION_SOURCE);
}

ThruOutput *
thru_midi_system_open_output (ThruMidiSystem *self,
                              const char     *id)
{
  g_return_val_if_fail (THRU_IS_MIDI_SYSTEM (self), NULL);
  g_return_val_if_fail (self->scanner != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watch_for_hanging (self);
  return _thru_port_new (THRU_TYPE_OUTPUT, self->scanner, id, THRU_DIRECTION_DESTINATION);
}
