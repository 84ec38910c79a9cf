/** Samples to try a policy on. Nobody in them exists. */

import type { Language } from "@/api/types";

export type Example = "Referral" | "Many" | "Special" | "News";
export const EXAMPLES: readonly Example[] = ["Referral", "Many", "Special", "News"];

interface Sample {
  subject: string;
  text: string;
}

export const SAMPLES: Record<Language, Record<Example, Sample>> = {
  en: {
    Referral: {
      subject: "Referral",
      text: "Dear colleague,\n\nI would like to refer Mrs Joan Whitfield, born 3 March 1956, NHS number 943 476 5919. She has had type 2 diabetes since 2011 and uses metformin 500 mg twice a day. Her last HbA1c was 68 mmol/mol.\n\nKind regards,\nDr P. Hale",
    },
    Many: {
      subject: "Ward round",
      text: "Mr Alan Moss, born 12 May 1948, was admitted with pneumonia.\nMrs Ruth Calder, born 30 June 1961, has heart failure and uses furosemide.\nMr Owen Price, born 4 January 1939, fell and broke his hip.",
    },
    Special: {
      subject: "Follow-up",
      text: "Mr Daniel Reyes, born 9 August 1987, was seen at our clinic. He is HIV positive and has been using antiretroviral therapy since May. He was also treated for alcohol dependence.",
    },
    News: {
      subject: "Newsletter",
      text: "Dear all,\n\nOn Thursday we open the new diabetes education room. Adults with type 2 diabetes and their families are welcome from 2 pm. Coffee is provided.\n\nThe communications team",
    },
  },
  nl: {
    Referral: {
      subject: "Verwijzing",
      text: "Beste collega,\n\nGraag uw beoordeling van mevrouw J. Hoekstra, geboren 12-03-1956, BSN 111222333. Zij heeft sinds 2011 diabetes mellitus type 2 en gebruikt metformine 500 mg tweemaal daags. Het laatste HbA1c was 68 mmol/mol.\n\nMet vriendelijke groet,\nP. de Haan, huisarts",
    },
    Many: {
      subject: "Visite",
      text: "Dhr. A. Mos, geboren 12-05-1948, is opgenomen met een longontsteking.\nMevr. R. Kuipers, geboren 30-06-1961, heeft hartfalen en gebruikt furosemide.\nDhr. O. Prins, geboren 04-01-1939, is gevallen en heeft zijn heup gebroken.",
    },
    Special: {
      subject: "Controle",
      text: "De heer D. Reijnders, geboren 09-08-1987, was op onze polikliniek. Hij is hiv-positief en gebruikt sinds mei antiretrovirale therapie. Ook is hij behandeld voor een alcoholverslaving.",
    },
    News: {
      subject: "Nieuwsbrief",
      text: "Beste allemaal,\n\nDonderdag openen we de nieuwe ruimte voor diabetesvoorlichting. Volwassenen met diabetes type 2 en hun naasten zijn vanaf 14.00 uur welkom. Er is koffie.\n\nDe afdeling communicatie",
    },
  },
};
