/* uclog-zones.c
 * Names of time zones for Windows: the rule of each that has kept one since 2008, as POSIX writes it. Written by
 * tests/make_zones.py; zones whose rule changed are left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-zones.h"

#include "knowledge/array.h"

#include <string.h>

/* A rule, and the zones that have it, each between blanks. */
/* clang-format off */
static const struct {
    const char *rule, *zones;
} rows[] = {
    { "+01:00",
      " Africa/Algiers Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos "
      "Africa/Libreville Africa/Luanda Africa/Malabo Africa/Ndjamena Africa/Niamey Africa/Porto-Novo " },
    { "+02:00",
      " Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Johannesburg Africa/Kigali "
      "Africa/Lubumbashi Africa/Lusaka Africa/Maputo Africa/Maseru Africa/Mbabane " },
    { "+03:00",
      " Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala "
      "Africa/Mogadishu Africa/Nairobi Antarctica/Syowa Asia/Aden Asia/Baghdad Asia/Bahrain Asia/Kuwait "
      "Asia/Qatar Asia/Riyadh Indian/Antananarivo Indian/Comoro Indian/Mayotte " },
    { "+04:00",
      " Asia/Dubai Asia/Muscat Asia/Tbilisi Indian/Mahe Indian/Reunion " },
    { "+04:30",
      " Asia/Kabul " },
    { "+05:00",
      " Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Dushanbe Asia/Oral Asia/Samarkand "
      "Asia/Tashkent Indian/Kerguelen Indian/Maldives " },
    { "+05:30",
      " Asia/Calcutta Asia/Colombo Asia/Kolkata " },
    { "+05:45",
      " Asia/Kathmandu Asia/Katmandu " },
    { "+06:00",
      " Asia/Bishkek Asia/Kashgar Asia/Thimbu Asia/Thimphu Asia/Urumqi Indian/Chagos " },
    { "+06:30",
      " Asia/Rangoon Asia/Yangon Indian/Cocos " },
    { "+07:00",
      " Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Phnom_Penh Asia/Pontianak Asia/Saigon Asia/Vientiane "
      "Indian/Christmas " },
    { "+08:00",
      " Asia/Brunei Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Hong_Kong Asia/Kuala_Lumpur Asia/Kuching "
      "Asia/Macao Asia/Macau Asia/Makassar Asia/Manila Asia/Shanghai Asia/Singapore Asia/Taipei "
      "Asia/Ujung_Pandang Hongkong PRC ROC Singapore " },
    { "+09:00",
      " Asia/Dili Asia/Jayapura Asia/Seoul Asia/Tokyo Japan Pacific/Palau ROK " },
    { "+09:30",
      " Australia/Darwin Australia/North " },
    { "+10:00",
      " Antarctica/DumontDUrville Australia/Brisbane Australia/Lindeman Australia/Queensland Pacific/Chuuk "
      "Pacific/Port_Moresby Pacific/Truk Pacific/Yap " },
    { "+11:00",
      " Pacific/Efate Pacific/Guadalcanal Pacific/Kosrae Pacific/Noumea Pacific/Pohnpei Pacific/Ponape " },
    { "+12:00",
      " Kwajalein Pacific/Funafuti Pacific/Kwajalein Pacific/Majuro Pacific/Nauru Pacific/Tarawa Pacific/Wake "
      "Pacific/Wallis " },
    { "+13:00",
      " Pacific/Enderbury Pacific/Kanton " },
    { "+14:00",
      " Pacific/Kiritimati " },
    { "-00:00",
      " Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar "
      "Africa/Freetown Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou Africa/Timbuktu "
      "America/Danmarkshavn Atlantic/Reykjavik Atlantic/St_Helena Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal "
      "Etc/Zulu GMT GMT+0 GMT-0 GMT0 Greenwich Iceland UCT UTC Universal Zulu " },
    { "-01:00",
      " Atlantic/Cape_Verde " },
    { "-02:00",
      " America/Noronha Atlantic/South_Georgia Brazil/DeNoronha " },
    { "-03:00",
      " America/Belem America/Cayenne America/Fortaleza America/Maceio America/Paramaribo America/Recife "
      "Antarctica/Rothera " },
    { "-04:00",
      " America/Anguilla America/Antigua America/Aruba America/Barbados America/Blanc-Sablon America/Boa_Vista "
      "America/Curacao America/Dominica America/Grenada America/Guadeloupe America/Guyana America/Kralendijk "
      "America/La_Paz America/Lower_Princes America/Manaus America/Marigot America/Martinique America/Montserrat "
      "America/Port_of_Spain America/Porto_Velho America/Puerto_Rico America/Santo_Domingo America/St_Barthelemy "
      "America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin "
      "Brazil/West " },
    { "-05:00",
      " America/Atikokan America/Bogota America/Cayman America/Coral_Harbour America/Guayaquil America/Jamaica "
      "America/Lima America/Panama EST Jamaica " },
    { "-06:00",
      " America/Belize America/Costa_Rica America/El_Salvador America/Guatemala America/Managua America/Regina "
      "America/Swift_Current America/Tegucigalpa Canada/Saskatchewan Pacific/Galapagos " },
    { "-07:00",
      " America/Creston America/Dawson_Creek America/Hermosillo America/Phoenix MST US/Arizona " },
    { "-08:00",
      " Pacific/Pitcairn " },
    { "-09:00",
      " Pacific/Gambier " },
    { "-09:30",
      " Pacific/Marquesas " },
    { "-10:00",
      " HST Pacific/Honolulu Pacific/Johnston Pacific/Rarotonga Pacific/Tahiti US/Hawaii " },
    { "-11:00",
      " Pacific/Midway Pacific/Niue Pacific/Pago_Pago Pacific/Samoa US/Samoa " },
    { "AAA-10:30BBB-11,M10.1.0,M4.1.0",
      " Australia/LHI Australia/Lord_Howe " },
    { "AAA-10BBB,M10.1.0,M4.1.0/3",
      " Australia/ACT Australia/Canberra Australia/Currie Australia/Hobart Australia/Melbourne Australia/NSW "
      "Australia/Sydney Australia/Tasmania Australia/Victoria " },
    { "AAA-12:45BBB,M9.5.0/2:45,M4.1.0/3:45",
      " NZ-CHAT Pacific/Chatham " },
    { "AAA-12BBB,M9.5.0,M4.1.0/3",
      " Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland " },
    { "AAA-1BBB,M3.5.0,M10.5.0/3",
      " Africa/Ceuta Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra Europe/Belgrade "
      "Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen "
      "Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo "
      "Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje "
      "Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb "
      "Europe/Zurich MET Poland " },
    { "AAA-2BBB,M3.5.0,M10.5.0/3",
      " Europe/Chisinau Europe/Tiraspol " },
    { "AAA-2BBB,M3.5.0/0,M10.5.0/0",
      " Asia/Beirut " },
    { "AAA-2BBB,M3.5.0/3,M10.5.0/4",
      " Asia/Nicosia EET Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Mariehamn "
      "Europe/Nicosia Europe/Riga Europe/Sofia Europe/Tallinn Europe/Uzhgorod Europe/Vilnius Europe/Zaporozhye " },
    { "AAA-9:30BBB,M10.1.0,M4.1.0/3",
      " Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna " },
    { "AAA0BBB,M3.5.0/1,M10.5.0",
      " Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira Europe/Belfast Europe/Guernsey "
      "Europe/Isle_of_Man Europe/Jersey Europe/Lisbon Europe/London GB GB-Eire Portugal WET " },
    { "AAA0BBB-2,M3.5.0/1,M10.5.0/3",
      " Antarctica/Troll " },
    { "AAA10BBB,M3.2.0,M11.1.0",
      " America/Adak America/Atka US/Aleutian " },
    { "AAA1BBB,M3.5.0/0,M10.5.0/1",
      " Atlantic/Azores " },
    { "AAA3BBB,M3.2.0,M11.1.0",
      " America/Miquelon " },
    { "AAA4BBB,M3.2.0,M11.1.0",
      " America/Glace_Bay America/Halifax America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic " },
    { "AAA5BBB,M3.2.0,M11.1.0",
      " America/Detroit America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Marengo "
      "America/Indiana/Petersburg America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac "
      "America/Indianapolis America/Iqaluit America/Kentucky/Louisville America/Kentucky/Monticello "
      "America/Louisville America/Montreal America/Nassau America/New_York America/Nipigon America/Pangnirtung "
      "America/Thunder_Bay America/Toronto Canada/Eastern EST5EDT US/East-Indiana US/Eastern US/Michigan " },
    { "AAA6BBB,M3.2.0,M11.1.0",
      " America/Chicago America/Indiana/Knox America/Indiana/Tell_City America/Knox_IN America/Menominee "
      "America/North_Dakota/Center America/North_Dakota/New_Salem America/Rainy_River America/Rankin_Inlet "
      "America/Resolute America/Winnipeg CST6CDT Canada/Central US/Central US/Indiana-Starke " },
    { "AAA7BBB,M3.2.0,M11.1.0",
      " America/Boise America/Cambridge_Bay America/Denver America/Edmonton America/Inuvik America/Shiprock "
      "America/Yellowknife Canada/Mountain MST7MDT Navajo US/Mountain " },
    { "AAA8BBB,M3.2.0,M11.1.0",
      " America/Los_Angeles America/Vancouver Canada/Pacific PST8PDT US/Pacific " },
    { "AAA9BBB,M3.2.0,M11.1.0",
      " America/Anchorage America/Juneau America/Nome America/Sitka America/Yakutat US/Alaska " },
};
/* clang-format on */

const char *
uclog_zone_rule(const char *zone)
{
    char *word = g_strdup_printf(" %s ", zone);
    const char *rule = NULL;

    for (size_t i = 0; i < array_length(rows) && !rule; i++)
        rule = strstr(rows[i].zones, word) && !strchr(zone, ' ') ? rows[i].rule : NULL;
    g_free(word);
    return rule;
}
