/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-patcher.h"

#include "thru-midi-message.h"
#include "thru-strings-private.h"

#define RETRY_SECONDS 2

/* What the engine plays an output through. */
typedef struct
{
  ThruOutput       *output;
  ThruMeter        *meter;    /* nullable */
  ThruSoundingFile *sounding; /* nullable */
  ThruMidiLedger   *ledger;   /* nullable: its place in the file */
} Sink;

typedef struct
{
  ThruPatcher   *patcher; /* borrowed */
  char          *key;
  char          *device;
  char          *port_id; /* the MIDI port that the device is, or was when it was opened */
  ThruPort      *port;  /* NULL behind a link, and while it waits for the next try */
  char          *problem;
  ThruMeter     *meter;
  ThruPortNumber number; /* 0: not in the engine */
  ThruLinkId     link;
  guint32        address;
  gboolean       is_input;
  gboolean       planned;
} Port;

typedef struct
{
  ThruPortNumber source;
  ThruPortNumber destination;
  gboolean       planned;
} Connection;

struct _ThruPatcher
{
  ThruEngine            *engine; /* borrowed */
  ThruMidiSystem        *midi; /* borrowed */
  ThruPatcherChangedFunc changed;
  gpointer               user;
  ThruSoundingFile      *sounding; /* nullable */
  GHashTable            *ports; /* key of the Port to Port */
  GHashTable            *connections; /* Connection to itself, by its numbers */
  ThruPortNumber         last_number;
  guint                  retry_timer;
  guint                  changed_idle;
  gboolean               retry;
};

static guint
connection_hash (gconstpointer data)
{
  const Connection *connection = data;

  return connection->source * 2654435761u ^ connection->destination;
}

static gboolean
connection_equal (gconstpointer a,
                  gconstpointer b)
{
  const Connection *first = a;
  const Connection *second = b;

  return first->source == second->source && first->destination == second->destination;
}

/* Its routes in the engine go with it, released first. */
static void
close_port (Port *port)
{
  if (port->number != 0 && port->is_input)
    thru_engine_remove_source (port->patcher->engine, port->number);
  else if (port->number != 0)
    thru_engine_remove_destination (port->patcher->engine, port->number);
  port->number = 0;

  if (port->port != NULL)
    g_signal_handlers_disconnect_by_data (port->port, port);
  g_clear_object (&port->port);
}

static void
port_free (gpointer data)
{
  Port *port = data;

  close_port (port);
  g_clear_pointer (&port->meter, thru_meter_unref);
  g_free (port->key);
  g_free (port->device);
  g_free (port->port_id);
  g_free (port->problem);
  g_free (port);
}

static gboolean
changed_idle_cb (gpointer user_data)
{
  ThruPatcher *self = user_data;

  self->changed_idle = 0;
  self->changed (self->user);
  return G_SOURCE_REMOVE;
}

/* In an idle: a port may tell while a plan is being made. */
static void
tell_changed (ThruPatcher *self)
{
  if (self->changed_idle == 0)
    self->changed_idle = g_idle_add_full (G_PRIORITY_DEFAULT, changed_idle_cb, self, NULL);
}

static gboolean
retry_cb (gpointer user_data)
{
  ThruPatcher *self = user_data;

  self->retry_timer = 0;
  self->retry = TRUE;
  self->changed (self->user);
  return G_SOURCE_REMOVE;
}

static Sink *
sink_new (Port *port)
{
  Sink *sink = g_new0 (Sink, 1);

  sink->output = g_object_ref (THRU_OUTPUT (port->port));
  sink->meter = port->meter != NULL ? thru_meter_ref (port->meter) : NULL;
  if (port->patcher->sounding != NULL)
    {
      sink->sounding = thru_sounding_file_ref (port->patcher->sounding);
      sink->ledger = thru_sounding_file_claim (sink->sounding, port->device);
    }
  return sink;
}

static void
sink_free (gpointer data)
{
  Sink *sink = data;

  if (sink->sounding != NULL && thru_port_get_state (THRU_PORT (sink->output)) == THRU_PORT_FAILED)
    thru_sounding_file_leave (sink->sounding, sink->ledger);
  else if (sink->sounding != NULL)
    thru_sounding_file_release (sink->sounding, sink->ledger);
  g_object_unref (sink->output);
  g_clear_pointer (&sink->meter, thru_meter_unref);
  g_clear_pointer (&sink->sounding, thru_sounding_file_unref);
  g_free (sink);
}

static bool
send_to_sink (void          *user,
              const uint8_t *message,
              size_t         length,
              uint64_t       time_us)
{
  Sink *sink = user;
  const uint8_t off[] = { 0x80 | (message[0] & 0x0f), length > 1 ? message[1] : 0, 0 };
  guint n_late = thru_output_take_late (sink->output);

  if (n_late > 0 && sink->meter != NULL)
    thru_meter_add_late (sink->meter, n_late);

  /* Before it is played: a kill may come in between. */
  thru_sounding_file_record (sink->ledger, message, length);
  if (thru_output_send (sink->output, message, length, time_us))
    return true;

  if (thru_midi_is_note_on (message, length))
    thru_sounding_file_record (sink->ledger, off, sizeof off);
  return false;
}

static size_t
take_sysex_for_sink (void          *user,
                     const uint8_t *octets,
                     size_t         length,
                     size_t         at,
                     uint64_t       time_us)
{
  return thru_output_take_sysex (((Sink *) user)->output, octets, length, at, time_us);
}

static bool
break_off_sysex_for_sink (void *user)
{
  return thru_output_break_off_sysex (((Sink *) user)->output);
}

static uint64_t
get_sysex_duration_for_sink (void  *user,
                             size_t length)
{
  return thru_output_get_sysex_duration (((Sink *) user)->output, length);
}

static const ThruSysexFuncs sink_sysex = {
  .take = take_sysex_for_sink,
  .break_off = break_off_sysex_for_sink,
  .duration = get_sysex_duration_for_sink,
};

static ThruPortState
get_port_state (Port *port)
{
  return port->port != NULL ? thru_port_get_state (port->port) : THRU_PORT_FAILED;
}

static void
add_to_engine (Port *port)
{
  ThruPatcher *self = port->patcher;

  port->number = ++self->last_number;
  if (port->device == NULL && port->is_input)
    thru_engine_add_link_input (self->engine, port->number, port->link, port->meter);
  else if (port->device == NULL)
    thru_engine_add_remote_output (self->engine, port->number, port->link, port->address, port->meter);
  else if (port->is_input)
    thru_engine_add_input (self->engine, port->number,
                           thru_input_get_ring (THRU_INPUT (port->port)), thru_input_get_wake_fd (THRU_INPUT (port->port)),
                           g_object_ref (port->port), g_object_unref, port->meter);
  else
    {
      thru_engine_add_output (self->engine, port->number, port->address, send_to_sink,
                              sink_new (port), sink_free, port->meter);
      thru_engine_set_sysex (self->engine, port->number, &sink_sysex);
    }
}

static void
release_message (const uint8_t *message,
                 size_t         length,
                 void          *user)
{
  thru_output_send (user, message, length, (guint64) g_get_monotonic_time ());
}

/* Before the engine has it, so that only one thread plays it at a time. */
static void
release_left (Port *port)
{
  ThruSoundingFile *sounding = port->patcher->sounding;
  ThruMidiLedger left;

  if (sounding == NULL || port->is_input || port->device == NULL)
    return;
  if (thru_sounding_file_take_left (sounding, port->device, &left))
    thru_midi_ledger_release (&left, NULL, release_message, port->port);
}

/* Takes note of how opening went. */
static void
follow_port (Port *port)
{
  ThruPatcher *self = port->patcher;

  if (port->port == NULL || get_port_state (port) == THRU_PORT_OPENING)
    return;
  if (get_port_state (port) == THRU_PORT_OPEN)
    {
      g_clear_pointer (&port->problem, g_free);
      if (port->number == 0)
        {
          release_left (port);
          add_to_engine (port);
        }
      return;
    }

  g_free (port->problem);
  port->problem = g_strdup (thru_port_get_problem (port->port));
  close_port (port);
  if (self->retry_timer == 0)
    self->retry_timer = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
}

static void
state_changed_cb (Port *port)
{
  ThruPatcher *self = port->patcher;

  follow_port (port);
  tell_changed (self);
}

/* What is played while it opens waits there and is not lost. But nobody else may play it while it is released. */
static void
add_output_early (Port *port)
{
  ThruSoundingFile *sounding = port->patcher->sounding;

  if (sounding == NULL || !thru_sounding_file_is_left (sounding, port->device))
    add_to_engine (port);
}

static void
open_port (Port *port)
{
  ThruPatcher *self = port->patcher;

  if (port->is_input)
    port->port = THRU_PORT (thru_midi_system_open_input (self->midi, port->port_id));
  else
    port->port = THRU_PORT (thru_midi_system_open_output (self->midi, port->port_id));
  g_signal_connect_swapped (port->port, "state-changed", G_CALLBACK (state_changed_cb), port);
  if (!port->is_input)
    add_output_early (port);
  follow_port (port);
}

static Port *
plan_port (ThruPatcher        *self,
           const ThruPatchEnd *end,
           gboolean            is_input)
{
  g_autofree char *key = NULL;
  Port *port;

  if (end->device != NULL)
    key = g_strconcat (is_input ? "in:" : "out:", end->device, NULL);
  else
    key = g_strdup_printf ("%s:%u:%u", is_input ? "link-in" : "link-out", end->link, end->address);

  port = g_hash_table_lookup (self->ports, key);
  if (port == NULL)
    {
      port = g_new0 (Port, 1);
      port->patcher = self;
      port->key = g_steal_pointer (&key);
      port->device = g_strdup (end->device);
      port->port_id = g_strdup (end->port);
      port->link = end->link;
      port->address = end->address;
      port->is_input = is_input;
      port->meter = end->meter != NULL ? thru_meter_ref (end->meter) : NULL;
      g_hash_table_insert (self->ports, port->key, port);
      if (port->device != NULL)
        open_port (port);
      else
        add_to_engine (port);
    }
  else if (port->device != NULL && g_strcmp0 (port->port_id, end->port) != 0)
    {
      /* Another port is this device now; no two ports are meant for a moment. */
      close_port (port);
      g_clear_pointer (&port->problem, g_free);
      _thru_strings_set (&port->port_id, end->port);
      open_port (port);
    }
  else if (port->device != NULL && port->port == NULL && self->retry)
    {
      open_port (port);
    }
  port->planned = TRUE;
  return port;
}

static ThruPatchState
get_patch_state (Port *port)
{
  if (port->number == 0)
    return port->port != NULL && port->problem == NULL ? THRU_PATCH_OPENING : THRU_PATCH_FAILED;
  return port->device != NULL && get_port_state (port) == THRU_PORT_OPENING ? THRU_PATCH_OPENING : THRU_PATCH_ON;
}

ThruPatcher *
thru_patcher_new (ThruEngine            *engine,
                  ThruMidiSystem        *midi,
                  ThruPatcherChangedFunc changed,
                  gpointer               user)
{
  ThruPatcher *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_MIDI_SYSTEM (midi) && changed != NULL, NULL);

  self = g_new0 (ThruPatcher, 1);
  self->engine = engine;
  self->midi = midi;
  self->changed = changed;
  self->user = user;
  self->ports = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, port_free);
  self->connections = g_hash_table_new_full (connection_hash, connection_equal, g_free, NULL);
  return self;
}

void
thru_patcher_free (ThruPatcher *self)
{
  if (self == NULL)
    return;

  thru_patcher_begin (self);
  thru_patcher_end (self);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_clear_handle_id (&self->changed_idle, g_source_remove);
  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->ports);
  g_clear_pointer (&self->sounding, thru_sounding_file_unref);
  g_free (self);
}

void
thru_patcher_set_sounding (ThruPatcher      *self,
                           ThruSoundingFile *sounding)
{
  g_return_if_fail (self != NULL && sounding != NULL && self->sounding == NULL);

  self->sounding = thru_sounding_file_ref (sounding);
}

gboolean
thru_patcher_is_left (ThruPatcher *self,
                      const char  *device)
{
  g_return_val_if_fail (self != NULL && device != NULL, FALSE);

  return self->sounding != NULL && thru_sounding_file_is_left (self->sounding, device);
}

void
thru_patcher_begin (ThruPatcher *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (self != NULL);

  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Port *) value)->planned = FALSE;
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    ((Connection *) value)->planned = FALSE;
}

ThruPatchState
thru_patcher_plan_input (ThruPatcher        *self,
                         const ThruPatchEnd *input)
{
  g_return_val_if_fail (self != NULL && input != NULL, THRU_PATCH_FAILED);

  return get_patch_state (plan_port (self, input, TRUE));
}

ThruPatchState
thru_patcher_plan_output (ThruPatcher        *self,
                          const ThruPatchEnd *output)
{
  g_return_val_if_fail (self != NULL && output != NULL, THRU_PATCH_FAILED);

  return get_patch_state (plan_port (self, output, FALSE));
}

ThruPatchState
thru_patcher_plan_route (ThruPatcher        *self,
                         const ThruPatchEnd *from,
                         const ThruPatchEnd *to,
                         ThruMeter          *meter,
                         const char        **problem)
{
  Port *source;
  Port *destination;
  Connection wanted = { 0 };
  Connection *connection;

  g_return_val_if_fail (self != NULL && from != NULL && to != NULL && problem != NULL, THRU_PATCH_FAILED);

  source = plan_port (self, from, TRUE);
  destination = plan_port (self, to, FALSE);
  *problem = source->problem != NULL ? source->problem : destination->problem;
  if (source->number == 0 || destination->number == 0)
    return MAX (get_patch_state (source), get_patch_state (destination));

  wanted.source = source->number;
  wanted.destination = destination->number;
  connection = g_hash_table_lookup (self->connections, &wanted);
  if (connection == NULL)
    {
      connection = g_memdup2 (&wanted, sizeof wanted);
      g_hash_table_add (self->connections, connection);
      thru_engine_connect (self->engine, wanted.source, wanted.destination, meter);
    }
  connection->planned = TRUE;
  return MAX (get_patch_state (source), get_patch_state (destination));
}

void
thru_patcher_end (ThruPatcher *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (self != NULL);

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      Connection *connection = value;

      if (connection->planned)
        continue;
      thru_engine_disconnect (self->engine, connection->source, connection->destination);
      g_hash_table_iter_remove (&iter);
    }
  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (!((Port *) value)->planned)
        g_hash_table_iter_remove (&iter);
    }
  self->retry = FALSE;
}

gboolean
thru_patcher_is_open (ThruPatcher *self,
                      const char  *device)
{
  g_autofree char *key = NULL;
  Port *port;

  g_return_val_if_fail (self != NULL && device != NULL, FALSE);

  key = g_strconcat ("out:", device, NULL);
  port = g_hash_table_lookup (self->ports, key);
  return port != NULL && get_patch_state (port) == THRU_PATCH_ON;
}

void
thru_patcher_retry (ThruPatcher *self)
{
  g_return_if_fail (self != NULL);

  self->retry = TRUE;
}

gboolean
thru_patcher_find_port (ThruPatcher   *self,
                        ThruPortNumber number,
                        const char   **device,
                        ThruLinkId    *link,
                        guint32       *address)
{
  GHashTableIter iter;
  gpointer data;

  g_return_val_if_fail (self != NULL, FALSE);

  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      Port *port = data;

      if (port->number != number)
        continue;

      *device = port->device;
      *link = port->link;
      *address = port->address;
      return TRUE;
    }
  return FALSE;
}
