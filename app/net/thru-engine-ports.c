/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-engine-private.h"

static ThruMeter *
ref_meter (ThruMeter *meter)
{
  return meter != NULL ? thru_meter_ref (meter) : NULL;
}

static void
add_input_in_engine (ThruEngineCore *core,
                     ThruCommand    *command)
{
  ThruPatchbay *patchbay = thru_engine_core_get_patchbay_in_engine (core);
  GDestroyNotify release = thru_command_steal_release (command);

  thru_patchbay_add_input (patchbay, command->source, command->ring, command->wake_fd, command->keep, release,
                           command->meter);
}

void
thru_engine_add_input (ThruEngine    *self,
                       ThruPortNumber source,
                       ThruRing      *ring,
                       int            wake_fd,
                       gpointer       keep,
                       GDestroyNotify release,
                       ThruMeter     *meter)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (ring != NULL && wake_fd >= 0);

  command = thru_command_new (add_input_in_engine);
  command->source = source;
  command->ring = ring;
  command->wake_fd = wake_fd;
  command->keep = keep;
  command->release = release;
  command->meter = ref_meter (meter);
  _thru_engine_post (self, command);
}

static void
add_link_input_in_engine (ThruEngineCore *core,
                          ThruCommand    *command)
{
  ThruConnection *connection = thru_engine_core_get_link_in_engine (core, command->link);

  if (connection != NULL)
    thru_patchbay_add_link_input (thru_engine_core_get_patchbay_in_engine (core), command->source, connection,
                                  command->meter);
}

void
thru_engine_add_link_input (ThruEngine    *self,
                            ThruPortNumber source,
                            ThruLinkId     link,
                            ThruMeter     *meter)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (add_link_input_in_engine);
  command->source = source;
  command->link = link;
  command->meter = ref_meter (meter);
  _thru_engine_post (self, command);
}

static void
remove_source_in_engine (ThruEngineCore *core,
                         ThruCommand    *command)
{
  thru_patchbay_remove_source (thru_engine_core_get_patchbay_in_engine (core), command->source);
}

void
thru_engine_remove_source (ThruEngine    *self,
                           ThruPortNumber source)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (remove_source_in_engine);
  command->source = source;
  _thru_engine_post (self, command);
}

static void
set_sysex_in_engine (ThruEngineCore *core,
                     ThruCommand    *command)
{
  thru_patchbay_set_sysex (thru_engine_core_get_patchbay_in_engine (core), command->destination, command->sysex_funcs);
}

void
thru_engine_set_sysex (ThruEngine           *self,
                       ThruPortNumber        destination,
                       const ThruSysexFuncs *funcs)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (funcs != NULL);

  command = thru_command_new (set_sysex_in_engine);
  command->destination = destination;
  command->sysex_funcs = funcs;
  _thru_engine_post (self, command);
}

static void
cancel_sysex_in_engine (ThruEngineCore *core,
                        ThruCommand    *command)
{
  thru_patchbay_cancel_sysex (thru_engine_core_get_patchbay_in_engine (core), command->destination);
}

void
thru_engine_cancel_sysex (ThruEngine    *self,
                          ThruPortNumber destination)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (cancel_sysex_in_engine);
  command->destination = destination;
  _thru_engine_post (self, command);
}

static void
add_output_in_engine (ThruEngineCore *core,
                      ThruCommand    *command)
{
  ThruPatchbay *patchbay = thru_engine_core_get_patchbay_in_engine (core);
  GDestroyNotify release = thru_command_steal_release (command);

  thru_patchbay_add_output (patchbay, command->destination, command->address, command->send, command->keep, release,
                            command->meter);
}

void
thru_engine_add_output (ThruEngine        *self,
                        ThruPortNumber     destination,
                        guint32            address,
                        ThruRouterSendFunc send,
                        gpointer           user,
                        GDestroyNotify     release,
                        ThruMeter         *meter)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));
  g_return_if_fail (send != NULL);

  command = thru_command_new (add_output_in_engine);
  command->destination = destination;
  command->address = address;
  command->send = send;
  command->keep = user;
  command->release = release;
  command->meter = ref_meter (meter);
  _thru_engine_post (self, command);
}

static void
add_remote_output_in_engine (ThruEngineCore *core,
                             ThruCommand    *command)
{
  ThruConnection *connection = thru_engine_core_get_link_in_engine (core, command->link);

  if (connection != NULL)
    thru_patchbay_add_remote_output (thru_engine_core_get_patchbay_in_engine (core), command->destination, connection,
                                     command->address, command->meter);
}

void
thru_engine_add_remote_output (ThruEngine    *self,
                               ThruPortNumber destination,
                               ThruLinkId     link,
                               guint32        address,
                               ThruMeter     *meter)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (add_remote_output_in_engine);
  command->destination = destination;
  command->link = link;
  command->address = address;
  command->meter = ref_meter (meter);
  _thru_engine_post (self, command);
}

static void
remove_destination_in_engine (ThruEngineCore *core,
                              ThruCommand    *command)
{
  thru_patchbay_remove_destination (thru_engine_core_get_patchbay_in_engine (core), command->destination);
}

void
thru_engine_remove_destination (ThruEngine    *self,
                                ThruPortNumber destination)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (remove_destination_in_engine);
  command->destination = destination;
  _thru_engine_post (self, command);
}

static void
connect_in_engine (ThruEngineCore *core,
                   ThruCommand    *command)
{
  thru_patchbay_connect (thru_engine_core_get_patchbay_in_engine (core), command->source, command->destination,
                         command->meter);
}

void
thru_engine_connect (ThruEngine    *self,
                     ThruPortNumber source,
                     ThruPortNumber destination,
                     ThruMeter     *meter)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (connect_in_engine);
  command->source = source;
  command->destination = destination;
  command->meter = ref_meter (meter);
  _thru_engine_post (self, command);
}

static void
disconnect_in_engine (ThruEngineCore *core,
                      ThruCommand    *command)
{
  thru_patchbay_disconnect (thru_engine_core_get_patchbay_in_engine (core), command->source, command->destination);
}

void
thru_engine_disconnect (ThruEngine    *self,
                        ThruPortNumber source,
                        ThruPortNumber destination)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (disconnect_in_engine);
  command->source = source;
  command->destination = destination;
  _thru_engine_post (self, command);
}

static void
panic_in_engine (ThruEngineCore *core,
                 ThruCommand    *command)
{
  thru_patchbay_panic (thru_engine_core_get_patchbay_in_engine (core));
}

void
thru_engine_panic (ThruEngine *self)
{
  g_return_if_fail (THRU_IS_ENGINE (self));

  _thru_engine_post (self, thru_command_new (panic_in_engine));
}

static void
set_loop_patience_in_engine (ThruEngineCore *core,
                             ThruCommand    *command)
{
  thru_patchbay_set_loop_patience (thru_engine_core_get_patchbay_in_engine (core), command->us);
}

void
thru_engine_set_loop_patience (ThruEngine *self,
                               guint64     us)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (set_loop_patience_in_engine);
  command->us = us;
  _thru_engine_post (self, command);
}

static void
set_late_limit_in_engine (ThruEngineCore *core,
                          ThruCommand    *command)
{
  thru_patchbay_set_late_limit (thru_engine_core_get_patchbay_in_engine (core), command->us);
}

void
thru_engine_set_late_limit (ThruEngine *self,
                            guint64     us)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (set_late_limit_in_engine);
  command->us = us;
  _thru_engine_post (self, command);
}

static void
set_limits_in_engine (ThruEngineCore *core,
                      ThruCommand    *command)
{
  thru_patchbay_set_limits (thru_engine_core_get_patchbay_in_engine (core), command->limits);
}

void
thru_engine_set_message_limits (ThruEngine *self,
                                guint       rate,
                                guint       burst,
                                guint       flood)
{
  ThruCommand *command;

  g_return_if_fail (THRU_IS_ENGINE (self));

  command = thru_command_new (set_limits_in_engine);
  command->limits = (ThruPatchbayLimits) { rate, burst, flood };
  _thru_engine_post (self, command);
}
