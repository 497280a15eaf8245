/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-commands.h"

#include "thru-command-socket.h"
#include "thru-status.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>

#define TIMEOUT_MS 15000

typedef struct
{
  const char *word;
  const char *method;
  const char *arguments; /* for people */
  int         n_arguments;
  gboolean    optional;  /* the last of them; "" stands for it then */
} Command;

static const Command commands[] = {
  { "status", "Status", "[--json]", 0 },
  { "connect", "Connect", "[--anyway] FROM TO", 2 },
  { "disconnect", "Disconnect", "FROM TO", 2 },
  { "mute", "Mute", "FROM TO", 2 },
  { "unmute", "Unmute", "FROM TO", 2 },
  { "same-device", "SameDevice", "OLD [NEW]", 2, TRUE },
  { "other-device", "OtherDevice", "OLD", 1 },
  { "add-room", "AddRoom", "HOST[:PORT]", 1 },
  { "remove-room", "RemoveRoom", "ROOM", 1 },
  { "allow", "Allow", "ROOM", 1 },
  { "block", "Block", "ROOM", 1 },
  { "late-limit", "LateLimit", "[MS|off]", 1, TRUE },
  { "new-identity", "NewIdentity", "", 0 },
  { "names", "Names", "rooms|sources|destinations", 1 },
  { "cancel-sysex", "CancelSysex", "DEVICE", 1 },
  { "panic", "Panic", "", 0 },
};

static const Command connect_anyway = { "connect", "ConnectAnyway", "[--anyway] FROM TO", 2 };

static const Command *
find_command (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_strcmp0 (commands[i].word, word) == 0)
        return &commands[i];
    }
  return NULL;
}

static int
complain (const char *message)
{
  g_printerr ("thruwall: %s\n", message);
  return 1;
}

/* What came from the command line, as UTF-8: D-Bus takes nothing else. */
static GVariant *
pack_arguments (int    n,
                int    n_given,
                char **arguments)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_TUPLE);
  for (int i = 0; i < n; i++)
    {
      const char *given = i < n_given ? arguments[i] : "";
      g_autofree char *text = NULL;

      if (!g_utf8_validate (given, -1, NULL))
        text = g_locale_to_utf8 (given, -1, NULL, NULL, NULL);
      if (text == NULL)
        text = g_utf8_make_valid (given, -1);
      g_variant_builder_add (&builder, "s", text);
    }
  return g_variant_builder_end (&builder);
}

/* @on_bus: the program is found by its name. */
static GVariant *
call_on (GDBusConnection *connection,
         gboolean         on_bus,
         const Command   *command,
         int              n_given,
         char           **arguments,
         GError         **error)
{
  return g_dbus_connection_call_sync (connection, on_bus ? THRU_APP_ID : NULL, THRU_APP_PATH "/Studio", THRU_APP_ID ".Studio",
                                      command->method, pack_arguments (command->n_arguments, n_given, arguments),
                                      NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, error);
}

static gboolean
is_nobody (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

/* On the session bus; where there is none, or nobody on it, on the socket of a program without a window. */
static GVariant *
call (const Command *command,
      int            n_given,
      char         **arguments,
      GError       **error)
{
  g_autoptr(GError) bus_error = NULL;
  g_autoptr(GError) socket_error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &bus_error);
  g_autoptr(GDBusConnection) socket = NULL;
  GVariant *reply = NULL;

  if (bus != NULL)
    reply = call_on (bus, TRUE, command, n_given, arguments, &bus_error);
  if (reply != NULL)
    return reply;

  if (bus == NULL || is_nobody (bus_error))
    socket = thru_command_socket_connect (&socket_error);
  if (socket != NULL)
    return call_on (socket, FALSE, command, n_given, arguments, error);

  if (g_error_matches (socket_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_propagate_error (error, g_steal_pointer (&socket_error));
  else
    g_propagate_error (error, g_steal_pointer (&bus_error));
  return NULL;
}

static int
explain (GError *error)
{
  if (is_nobody (error))
    return complain (_("Thruwall is not running in this login session"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    return complain (_("Thruwall is running, but does not answer"));

  if (g_dbus_error_is_remote_error (error))
    {
      g_dbus_error_strip_remote_error (error);
      return complain (error->message);
    }

  g_debug ("%s", error->message);
  g_printerr (_("thruwall: No Thruwall runs for the user %s in this login session, which has no session bus\n"),
              g_get_user_name ());
  return 1;
}

static int
print_status (const char *json,
              gboolean    as_json)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  /* Not g_print(), which would write in the locale's character set. */
  if (as_json)
    {
      puts (json);
    }
  else
    {
      text = thru_status_to_text (json, &error);
      if (text == NULL)
        return complain (error->message);
      g_print ("%s", text);
    }
  if (fflush (stdout) != 0 || ferror (stdout))
    return complain (_("The answer could not be written"));
  return 0;
}

static void
print_usage (const Command *command,
             gboolean       asked)
{
  g_autofree char *text = g_strdup_printf (_("Usage: thruwall %s %s"), command->word, command->arguments);

  if (asked)
    g_print ("%s\n", g_strchomp (text));
  else
    g_printerr ("%s\n", g_strchomp (text));
}

gboolean
thru_commands_is_command (const char *word)
{
  return find_command (word) != NULL;
}

int
thru_commands_run (int    argc,
                   char **argv)
{
  const Command *command;
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GError) error = NULL;
  gboolean as_json;
  int n_given;
  const char *first = NULL;
  const char *second = NULL;

  g_return_val_if_fail (argc > 0 && argv != NULL, 1);

  command = find_command (argv[0]);
  g_return_val_if_fail (command != NULL, 1);

  if (command == find_command ("connect") && argc > 1 && g_str_equal (argv[1], "--anyway"))
    {
      command = &connect_anyway;
      argc--;
      argv++;
    }
  if (argc == 2 && g_str_equal (argv[1], "--help"))
    {
      print_usage (command, TRUE);
      return 0;
    }
  as_json = command == &commands[0] && argc == 2 && g_str_equal (argv[1], "--json");
  n_given = argc - 1 - as_json;
  if (n_given > command->n_arguments || n_given < command->n_arguments - command->optional)
    {
      print_usage (command, FALSE);
      return 2;
    }

  reply = call (command, n_given, argv + 1, &error);
  if (reply == NULL)
    return explain (error);

  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(s)")))
    {
      g_variant_get (reply, "(&s)", &first);
      if (command == &commands[0])
        return print_status (first, as_json);
      g_print ("%s\n", first);
    }
  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(ss)")))
    {
      g_variant_get (reply, "(&s&s)", &first, &second);
      g_print (second[0] != '\0' ? "%s: %s\n" : "%s\n", first, second);
    }
  return 0;
}

const char *
thru_commands_get_help (void)
{
  return _("Commands for the running program (FROM and TO are ROOM/DEVICE, or /DEVICE in this room):\n"
           "  status [--json]         Show rooms, devices and routes\n"
           "  connect FROM TO         Make a route\n"
           "    --anyway                … even if it would close a loop\n"
           "  disconnect FROM TO      End a route\n"
           "  mute FROM TO            Keep a route, but let nothing through\n"
           "  unmute FROM TO          Let it play again\n"
           "  same-device OLD [NEW]   The device that is asked about is OLD; or what was OLD is NEW now\n"
           "  other-device OLD        The device that is asked about is not OLD\n"
           "  add-room HOST[:PORT]    Add a room by its address\n"
           "  remove-room ROOM        Forget a room and its routes\n"
           "  late-limit [MS|off]     Show or set how late a note may be to be played\n"
           "  new-identity            Tell this room from a computer that has a copy of its files\n"
           "  names KIND              List rooms, sources or destinations as the commands take them\n"
           "  cancel-sysex DEVICE     Break off the long message that a device is being sent\n"
           "  panic                   Silence everything");
}
