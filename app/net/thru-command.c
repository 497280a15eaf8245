/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-command.h"

typedef struct
{
  GSource         source;
  GAsyncQueue    *commands;
  ThruEngineCore *core; /* borrowed */
} CommandSource;

ThruCommand *
thru_command_new (ThruCommandFunc run)
{
  ThruCommand *command = g_new0 (ThruCommand, 1);

  command->run = run;
  return command;
}

void
thru_command_free (ThruCommand *command)
{
  if (command == NULL)
    return;

  if (command->release != NULL)
    command->release (command->keep);
  if (command->meter != NULL)
    thru_meter_unref (command->meter);
  g_clear_pointer (&command->parts, g_ptr_array_unref);
  g_strfreev (command->addresses);
  g_free (command->code);
  g_free (command->reason);
  g_free (command);
}

GDestroyNotify
thru_command_steal_release (ThruCommand *command)
{
  g_return_val_if_fail (command != NULL, NULL);

  return g_steal_pointer (&command->release);
}

static gboolean
prepare (GSource *source,
         int     *timeout_ms)
{
  *timeout_ms = -1;
  return g_async_queue_length (((CommandSource *)source)->commands) > 0;
}

static gboolean
check (GSource *source)
{
  return g_async_queue_length (((CommandSource *)source)->commands) > 0;
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  CommandSource *self = (CommandSource *)source;
  int n = g_async_queue_length (self->commands);

  /* No more than there are now, so that a busy sender does not keep the sockets waiting. */
  for (int i = 0; i < n; i++)
    {
      ThruCommand *command = g_async_queue_try_pop (self->commands);

      if (command == NULL)
        break;

      command->run (self->core, command);
      thru_command_free (command);
    }

  thru_engine_core_settle_in_engine (self->core);
  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  g_async_queue_unref (((CommandSource *)source)->commands);
}

static GSourceFuncs source_funcs = {
  .prepare = prepare,
  .check = check,
  .dispatch = dispatch,
  .finalize = finalize,
};

GSource *
thru_command_source_new (ThruEngineCore *core)
{
  GSource *source = g_source_new (&source_funcs, sizeof (CommandSource));

  ((CommandSource *)source)->core = core;
  ((CommandSource *)source)->commands = g_async_queue_new_full ((GDestroyNotify)thru_command_free);
  g_source_set_static_name (source, "[thruwall] commands");
  return source;
}

void
thru_command_source_push (GSource     *source,
                          ThruCommand *command)
{
  GMainContext *context;

  g_return_if_fail (source != NULL);
  g_return_if_fail (command != NULL);

  g_async_queue_push (((CommandSource *)source)->commands, command);
  context = g_source_get_context (source);
  if (context != NULL)
    g_main_context_wakeup (context);
}
