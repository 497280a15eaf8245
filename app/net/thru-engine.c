/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-engine-private.h"

#include <sys/resource.h>

#define HEARTBEAT_MS (THRU_LINK_HEARTBEAT_US / 1000)
#define LAST_ITERATIONS 100
#define NICE (-11)

struct _ThruEngine
{
  GObject         parent_instance;

  ThruEventQueue *events;
  ThruEngineCore *core;     /* only on the engine's thread while that runs */
  GMainContext   *context;
  GMainLoop      *loop;
  GSource        *commands;
  GThread        *thread;   /* NULL once stopped */
  char           *run;
};

G_DEFINE_FINAL_TYPE (ThruEngine, thru_engine, G_TYPE_OBJECT)

static void
thru_engine_dispose (GObject *object)
{
  /* A stop from here could not say bye any more to those who hold references. */
  g_warn_if_fail (THRU_ENGINE (object)->thread == NULL);

  G_OBJECT_CLASS (thru_engine_parent_class)->dispose (object);
}

static void
thru_engine_finalize (GObject *object)
{
  g_free (THRU_ENGINE (object)->run);

  G_OBJECT_CLASS (thru_engine_parent_class)->finalize (object);
}

static void
thru_engine_class_init (ThruEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thru_engine_dispose;
  G_OBJECT_CLASS (klass)->finalize = thru_engine_finalize;
}

static void
thru_engine_init (ThruEngine *self)
{
  self->run = g_uuid_string_random ();
}

static gpointer
run_in_engine (gpointer data)
{
  ThruEngine *self = data;

  /* Other work on the computer must not delay notes; where it is not allowed, it goes without. */
  setpriority (PRIO_PROCESS, 0, NICE);

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);

  /* What was cancelled at the end still has to return. */
  for (guint i = 0; i < LAST_ITERATIONS && g_main_context_iteration (self->context, FALSE); i++)
    continue;

  thru_engine_core_free (g_steal_pointer (&self->core));
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

ThruEngine *
thru_engine_new (ThruEngineEventFunc func,
                 gpointer            user)
{
  ThruEngine *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (THRU_TYPE_ENGINE, NULL);
  self->events = thru_event_queue_new (func, user);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->core = thru_engine_core_new (self->context, self->events);
  self->commands = thru_command_source_new (self->core);
  g_source_attach (self->commands, self->context);
  self->thread = g_thread_new ("thruwall-engine", run_in_engine, self);
  return self;
}

void
_thru_engine_post (ThruEngine  *self,
                   ThruCommand *command)
{
  if (self->thread == NULL)
    {
      thru_command_free (command);
      return;
    }

  thru_command_source_push (self->commands, command);
}

static void
stop_in_engine (ThruEngineCore *core,
                ThruCommand    *command)
{
  thru_engine_core_stop_in_engine (core, command->loop);
}

void
thru_engine_stop (ThruEngine *self)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  if (self->thread == NULL)
    return;

  thru_event_queue_stop (self->events);
  command = thru_command_new (stop_in_engine);
  command->loop = self->loop;
  _thru_engine_post (self, command);
  g_thread_join (g_steal_pointer (&self->thread));

  g_source_destroy (self->commands);
  g_clear_pointer (&self->commands, g_source_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->events, thru_event_queue_unref);
}

static void
set_hello_in_engine (ThruEngineCore *core,
                     ThruCommand    *command)
{
  thru_engine_core_set_hello_in_engine (core, command->parts);
}

void
thru_engine_set_hello (ThruEngine *self,
                       const char *room_id,
                       const char *room_name)
{
  g_autoptr(ThruSessionMessage) hello = NULL;
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (room_id != NULL && *room_id != '\0');
  g_return_if_fail (room_name != NULL && *room_name != '\0');

  hello = thru_session_message_new (THRU_SESSION_HELLO);
  hello->room_id = g_strdup (room_id);
  hello->room_name = g_strdup (room_name);
  hello->program = g_strdup ("Thruwall " THRU_VERSION);
  hello->run = g_strdup (self->run);
  hello->heartbeat_ms = HEARTBEAT_MS;
  hello->sysex_max = THRU_MIDI_SYSEX_MAX;

  command = thru_command_new (set_hello_in_engine);
  command->parts = thru_session_message_encode_parts (hello);
  _thru_engine_post (self, command);
}

const char *
thru_engine_get_run (ThruEngine *self)
{
  g_return_val_if_fail (THRU_IS_ENGINE (self), NULL);

  return self->run;
}

static void
listen_in_engine (ThruEngineCore *core,
                  ThruCommand    *command)
{
  thru_engine_core_listen_in_engine (core, command->port);
}

void
thru_engine_listen (ThruEngine *self,
                    guint       port)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (port <= G_MAXUINT16);

  command = thru_command_new (listen_in_engine);
  command->port = port;
  _thru_engine_post (self, command);
}

static void
stop_listening_in_engine (ThruEngineCore *core,
                          ThruCommand    *command)
{
  thru_engine_core_stop_listening_in_engine (core);
}

void
thru_engine_stop_listening (ThruEngine *self)
{
  g_return_if_fail (THRU_IS_ENGINE (self));

  _thru_engine_post (self, thru_command_new (stop_listening_in_engine));
}

static void
dial_in_engine (ThruEngineCore *core,
                ThruCommand    *command)
{
  thru_engine_core_dial_in_engine (core, command->dial, (const char *const *)command->addresses, command->hurry);
}

void
thru_engine_dial (ThruEngine        *self,
                  ThruDialId         dial,
                  const char *const *addresses,
                  gboolean           hurry)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (dial != 0);
  g_return_if_fail (addresses != NULL);

  command = thru_command_new (dial_in_engine);
  command->dial = dial;
  command->addresses = g_strdupv ((char **)addresses);
  command->hurry = hurry;
  _thru_engine_post (self, command);
}

static void
hang_up_in_engine (ThruEngineCore *core,
                   ThruCommand    *command)
{
  thru_engine_core_hang_up_in_engine (core, command->dial);
}

void
thru_engine_hang_up (ThruEngine *self,
                     ThruDialId  dial)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (hang_up_in_engine);
  command->dial = dial;
  _thru_engine_post (self, command);
}

static void
accept_link_in_engine (ThruEngineCore *core,
                       ThruCommand    *command)
{
  thru_engine_core_accept_in_engine (core, command->link);
}

void
thru_engine_accept_link (ThruEngine *self,
                         ThruLinkId  link)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (accept_link_in_engine);
  command->link = link;
  _thru_engine_post (self, command);
}

static void
refuse_link_in_engine (ThruEngineCore *core,
                       ThruCommand    *command)
{
  thru_engine_core_refuse_in_engine (core, command->link, command->code, command->reason);
}

void
thru_engine_refuse_link (ThruEngine *self,
                         ThruLinkId  link,
                         const char *code,
                         const char *reason)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (code != NULL);
  g_return_if_fail (reason != NULL);

  command = thru_command_new (refuse_link_in_engine);
  command->link = link;
  command->code = g_strdup (code);
  command->reason = g_strdup (reason);
  _thru_engine_post (self, command);
}

static void
send_in_engine (ThruEngineCore *core,
                ThruCommand    *command)
{
  thru_engine_core_send_in_engine (core, command->link, command->parts);
}

void
thru_engine_send (ThruEngine               *self,
                  ThruLinkId                link,
                  const ThruSessionMessage *message)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (message != NULL);

  command = thru_command_new (send_in_engine);
  command->link = link;
  command->parts = thru_session_message_encode_parts (message);
  _thru_engine_post (self, command);
}

static void
sleep_in_engine (ThruEngineCore *core,
                 ThruCommand    *command)
{
  thru_engine_core_sleep_in_engine (core);
}

void
thru_engine_sleep (ThruEngine *self)
{
  g_return_if_fail (THRU_IS_ENGINE (self));

  _thru_engine_post (self, thru_command_new (sleep_in_engine));
}

static void
wake_in_engine (ThruEngineCore *core,
                ThruCommand    *command)
{
  thru_engine_core_wake_in_engine (core);
}

void
thru_engine_wake (ThruEngine *self)
{
  g_return_if_fail (THRU_IS_ENGINE (self));

  _thru_engine_post (self, thru_command_new (wake_in_engine));
}

static void
probe_in_engine (ThruEngineCore *core,
                 ThruCommand    *command)
{
  thru_engine_core_probe_in_engine (core);
}

void
thru_engine_probe (ThruEngine *self)
{
  g_return_if_fail (THRU_IS_ENGINE (self));

  _thru_engine_post (self, thru_command_new (probe_in_engine));
}
