/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-main"

#include "thru-config.h"

#include "thru-application.h"
#include "thru-commands.h"
#include "thru-demo-studio.h"
#include "thru-guest-window.h"
#include "thru-headless.h"
#include "thru-live-studio.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#define PORT_NOT_GIVEN -1

typedef struct
{
  gboolean    headless;
  gboolean    demo;
  gboolean    version;
  char       *room_name;
  int         port;
  char       *midi;
  char       *config_dir;

  ThruMidiApi midi_api;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->room_name);
  g_free (options->midi);
  g_free (options->config_dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_midi_api (const char  *text,
                ThruMidiApi *api,
                GError     **error)
{
  static const struct
  {
    const char *word;
    ThruMidiApi api;
  } words[] = {
    { "alsa", THRU_MIDI_API_ALSA },
    { "jack", THRU_MIDI_API_JACK },
    { "demo", THRU_MIDI_API_DEMO },
  };

  *api = THRU_MIDI_API_AUTO;
  if (text == NULL)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (text, words[i].word))
        {
          *api = words[i].api;
          return TRUE;
        }
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("“%s” is no MIDI system: --midi takes alsa, jack or demo"), text);
  return FALSE;
}

static gboolean
check_values (Options *options,
              GError **error)
{
  const char *complaint = NULL;

  if (options->port != PORT_NOT_GIVEN && (options->port < 1 || options->port > 65535))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("%d is no TCP port: --port takes 1 to 65535"), options->port);
      return FALSE;
    }

  if (options->room_name != NULL && !g_utf8_validate (options->room_name, -1, NULL))
    complaint = _("The room’s name is not valid UTF-8");
  else if (options->room_name != NULL && g_strstrip (options->room_name)[0] == '\0')
    complaint = _("--room-name needs a name");
  else if (options->config_dir != NULL && options->config_dir[0] == '\0')
    complaint = _("--config-dir needs a folder");
  if (complaint != NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, complaint);
  return complaint == NULL;
}

static gboolean
parse_options (Options *options,
               int     *argc,
               char  ***argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "headless", 0, 0, G_OPTION_ARG_NONE, &options->headless, N_("Run without a window"), NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, N_("Show a busy studio without hardware or network"), NULL },
    { "room-name", 0, 0, G_OPTION_ARG_STRING, &options->room_name, N_("Name this room"), N_("NAME") },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, N_("Listen on this TCP port instead of 1199"), N_("N") },
    { "midi", 0, 0, G_OPTION_ARG_STRING, &options->midi, N_("Use this MIDI system: alsa, jack or demo"), N_("SYSTEM") },
    { "config-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->config_dir, N_("Keep the saved state here"), N_("DIR") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Print the version"), NULL },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (_("[COMMAND]"));

  g_option_context_set_description (context, thru_commands_get_help ());
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (*argc > 1 && thru_commands_is_command ((*argv)[1]))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” is for the Thruwall that runs: write it first, and without the options of a room"), (*argv)[1]);
      return FALSE;
    }
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” is no command: thruwall --help lists them"), (*argv)[1]);
      return FALSE;
    }
  return check_values (options, error) && parse_midi_api (options->midi, &options->midi_api, error);
}

static ThruStudio *
make_studio (gpointer user)
{
  const Options *options = user;
  g_autofree char *config_dir = NULL;
  ThruLiveStudioOptions live = { 0 };

  if (options->demo)
    return thru_demo_studio_new (0, 0);

  config_dir = options->config_dir != NULL ? g_strdup (options->config_dir)
                                           : g_build_filename (g_get_user_config_dir (), "thruwall", NULL);
  live.config_dir = config_dir;
  live.room_name = options->room_name;
  live.port = options->port != PORT_NOT_GIVEN ? (guint) options->port : 0;
  live.midi_api = options->midi_api;
  return thru_live_studio_new (&live);
}

static int
complain (const char *message)
{
  g_printerr ("thruwall: %s\n", message);
  return 1;
}

/* GTK looks for screen readers on the session bus, and would complain in its own words. */
static void
look_for_bus (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  if (bus != NULL)
    return;

  g_printerr (_("thruwall: No session bus, so commands and screen readers can not reach this program: %s\n"), error->message);
  g_setenv ("GTK_A11Y", "none", FALSE);
}

static int
run_window (Options *options,
            char    *program)
{
  g_autoptr(ThruApplication) app = NULL;
  g_autoptr(GError) error = NULL;
  char *no_arguments[] = { program, NULL };

  look_for_bus ();
  if (!options->demo)
    {
      ThruActivationResult result = thru_activation_ask (&error);

      if (result != THRU_ACTIVATION_NOBODY)
        return result == THRU_ACTIVATION_SHOWN ? 0 : complain (error->message);
    }
  if (!gtk_init_check ())
    return complain (_("There is no display for a window. Start Thruwall from a desktop, or without a window: thruwall --headless"));

  app = thru_application_new (make_studio, options, options->demo);
  if (!g_application_register (G_APPLICATION (app), NULL, &error))
    return complain (error->message);
  return g_application_run (G_APPLICATION (app), 1, no_arguments);
}

int
main (int    argc,
      char **argv)
{
  g_auto(Options) options = { .port = PORT_NOT_GIVEN };
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, THRU_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* A room that goes away while we write to it must be an error, not our end. */
  signal (SIGPIPE, SIG_IGN);

  g_set_prgname ("thruwall");
  g_set_application_name (_("Thruwall"));

  if (argc > 1 && thru_commands_is_command (argv[1]))
    return thru_commands_run (argc - 1, argv + 1);

  if (!parse_options (&options, &argc, &argv, &error))
    {
      complain (error->message);
      return 2;
    }
  if (options.version)
    {
      g_print ("thruwall %s\n", THRU_VERSION);
      return 0;
    }
  if (!options.headless)
    return run_window (&options, argv[0]);

  thru_guest_window_prepare ();
  return thru_headless_run (make_studio, &options, thru_guest_window_show);
}
