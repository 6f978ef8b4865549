"""More filings and mistakes, written before the cross-check was first asked about them. Invented people."""

from __future__ import annotations

from tests.filing.tables import Table

# The columns are those of `Table`.
FILINGS = """
Udan Liris Wonodadi | Suyatmi; Suyanti; Suyatni | KUB Lestari Rekaan | Rubiyah | 2024-04-06 | 2024-06-04 | 2400 × 1100 | 3013 |
Gajah Oling 7 | Yusuf Habibi; Habib Yusuf; Yusuf | PT Wastra Rekaan | Tukinem | 2025-01-03 | 2025-03-01 | 2500 × 1150 | 54 | daftar
Sida Mukti | Mar'atus Sholihah; Ma'rufah | Rumah Batik Rekaan | Hj. Nurul Huda, S.Pd. | 2024-10-11 | 2024-11-10 | 2050 × 1060 | 776 | surat
Lereng 12 | Tri Wahyuni; Wahyuni; Tri | KUB Lestari Rekaan | Rubiyah | 2025-05-07 | 2025-07-05 | 2300 × 1050 | 8080 |
Kawung Picis, Kedua | Ng. Tirtowidjojo; R. Ng. Tirtowidjojo | Perkumpulan Wastra Rekaan | Sastro | 2024-02-01 | 2024-03-02 | 2500 × 1000 | 19 | lembar
Semen Rama | Pak Min; Mbah Min; Min | PT Wastra Rekaan | Tukinem | 2025-09-12 | 2025-12-09 | 2500 × 1150 | 640 |
Nitik | Sukarsih |  |  | 2025-06-04 |  | 2250 × 1050 | 1357 | surat
Peksi Manyar | Gusti Bagus; I Gusti Bagus Made; Bagus | Puri Rekaan | Anak Agung Rai | 2024-12-10 | 2025-10-12 | 2000 × 1150 | 15 | daftar
Banji 5 × 5 | Umi Kalsum; Ummi Kultsum | KUB Lestari Rekaan | Rubiyah | 2025-02-03 | 2025-03-02 | 2500 × 1050 | 2604 |
Anggrek Bulan Purnama | dr. Fitria, Sp.A.; Fitria | Klinik Rekaan | dr. Haris | 2025-04-08 | 2025-08-04 | 2150 × 1150 | 2640 | lembar
Ratu Adil | Paulus; Paulina; Paul | Rumah Batik Rekaan | Hj. Nurul Huda, S.Pd. | 2024-07-01 | 2024-08-01 | 2500 × 1150 | 2046 |
Wader Ijo | Sarmini binti Kasmo; Kasmo | KUB Lestari Rekaan | Rubiyah | 2025-11-02 | 2025-12-02 | 1900 × 1050 | 4099 | surat
Sidomulyo Nomor 2 | Ario Bima Sakti; Bima Sakti Ario | PT Wastra Rekaan | Tukinem | 2024-03-06 | 2024-06-03 | 2500 × 1150 | 4909 | daftar
Dewi Kilisuci | Dewi; Suci; Dewi Suci | Perkumpulan Wastra Rekaan | Sastro | 2025-10-01 | 2025-10-11 | 2350 × 1050 | 71 |
Watu Gong | Ny. Lie Kiem Hoa; Tn. Lie Kiem Hwa | Perkumpulan Wastra Rekaan | Sastro | 2024-05-02 | 2024-07-04 | 2500 × 1150 | 717 | lembar
Mbok Jamu | Jamilah | KUB Jamilah | Jamilah | 2025-03-05 | 2025-05-03 | 2450 × 1100 | 3031 |
Pasar Legi | Legiyem; Legiman; Legimin; Legini | PT Wastra Rekaan | Tukinem | 2024-08-10 | 2024-10-08 | 2500 × 1150 | 91 | surat
Kali Code: Banjir | Antonius Wahyu N.; Antonius N. Wahyu | Paroki Rekaan | Rm. Yusup, Pr. | 2025-01-06 | 2025-06-01 | 2100 × 1100 | 604 |
Sawah | Rini; Rina; Rani | KUB Lestari Rekaan | Rubiyah | 2025-08-02 | 2025-09-03 | 2500 × 1050 | 1375 | daftar
Merak Ngibing 1 | Zulkifli Lubis; Zul | Rumah Batik Rekaan | Hj. Nurul Huda, S.Pd. | 2024-09-04 | 2024-11-05 | 2000 × 1050 | 767 |
Kupu Tarung | Surtini; Sumartini; Sri Surtini | KUB Lestari Rekaan | Rubiyah | 2025-07-03 | 2025-09-05 | 2500 × 1150 | 45 | lembar
Godhong Kates | Mulyono |  |  | 2026-02-07 |  | 2200 × 1100 | 8008 |
Lumbung Desa | Teuku Ilham; Cut Nyak Ilhamiah | Yayasan Lumbung Rekaan | Hasan | 2024-01-05 | 2024-05-01 | 2500 × 1150 | 51 | surat
Obor Sewu | Bejo; Untung; Slamet | PT Wastra Rekaan | Tukinem | 2025-06-11 | 2025-11-06 | 2250 × 1050 | 3101 | daftar
Gang Sumarni | Sumarni; Marni | KUB Lestari Rekaan | Rubiyah | 2024-11-01 | 2025-01-11 | 2500 × 1150 | 3110 |
Tambal Sewu | Aisyah Nur R.; Aisyah; Nur | Rumah Batik Rekaan | Hj. Nurul Huda, S.Pd. | 2025-05-04 | 2025-06-05 | 2400 × 1050 | 5005 | lembar
Angin | Bayu Samudra; Samudra Bayu Aji | Perkumpulan Wastra Rekaan | Sastro | 2024-06-10 | 2024-10-06 | 2500 × 1100 | 5050 | surat
Terang Bulan | Wulan Purnamasari | PT Wastra Rekaan | Tukinem | 2025-12-04 | 2026-01-02 | 2050 × 1050 | 6001 |
Pecel Tumpang | Ponijan; Poniman; Ponirin | KUB Lestari Rekaan | Rubiyah | 2024-02-08 | 2024-08-02 | 2500 × 1150 | 6010 | daftar
Kamis Kliwon | H. M. Thohir; Thohir | Rumah Batik Rekaan | Hj. Nurul Huda, S.Pd. | 2025-10-09 | 2025-12-10 | 2000 × 1150 | 6100 | lembar
"""  # noqa: E501
OTHERWISE = """
1 | statement.pdf | Suyatmi; Suyanti; Suyatni -> Suyatmi, Suyanti, dan Suyatni
2 | statement.docx | 3 Januari 2025 -> Jumat, 3 Januari 2025
3 | transfer.pdf | 10 November 2024 -> 10.11.2024
4 | statement.docx | Tri Wahyuni; Wahyuni; Tri -> (1) Tri Wahyuni, (2) Wahyuni, (3) Tri
5 | statement.pdf | Kawung Picis, Kedua -> “Kawung Picis, Kedua”
6 | statement.docx | Pak Min; Mbah Min; Min -> Pak Min / Mbah Min / Min
7 | statement.pdf | 225 × 105 cm -> 2250 mm x 1050 mm
8 | statement.docx | I Gusti Bagus Made -> I GUSTI BAGUS MADE
9 | transfer.pdf | 2 Maret 2025 -> 2 Mar 2025
10 | statement.docx | 215 × 115 cm -> 215 cm X 115 cm
11 | statement.pdf | Paulus; Paulina; Paul -> Sdr. Paulus, Sdri. Paulina, serta Sdr. Paul
12 | statement.docx | M-004099 -> m-004099
13 | transfer.pdf | 3 Juni 2024 -> 3 - 6 - 2024
14 | statement.docx | Dewi; Suci; Dewi Suci -> Dewi & Suci & Dewi Suci
15 | statement.pdf | Watu Gong -> WATU GONG
16 | transfer.docx | 3 Mei 2025 -> tanggal 3 bulan Mei tahun 2025
17 | statement.pdf | Legiyem; Legiman; Legimin; Legini -> Legiyem, Legiman, Legimin & Legini
18 | statement.docx | 210 × 110 cm -> 2,10 × 1,10 m
20 | statement.pdf | 4 September 2024 -> 04/09/2024
22 | statement.docx | Mulyono -> Bapak Mulyono
25 | statement.docx | Sumarni; Marni -> a. Sumarni; b. Marni
26 | statement.docx | Tambal Sewu -> 'Tambal Sewu'
28 | statement.pdf | 205 × 105 cm -> ± 205 cm × 105 cm
30 | statement.pdf | H. M. Thohir; Thohir -> H.M. Thohir, Thohir
"""
MISTAKES = """
1 | order | statement.pdf | Suyatmi; Suyanti; Suyatni -> Suyatmi; Suyatni
1 | name | statement.docx | Suyanti -> Suyantik
1 | order | transfer.pdf | Suyatmi <-> Suyatni
1 | size | statement.docx | 240 × 110 cm -> 240 × 101 cm
2 | order | statement.pdf | Yusuf Habibi <-> Habib Yusuf
2 | title | transfer.docx | Gajah Oling 7 -> Gajah Oling 1
2 | name | transfer.pdf | Tukinem -> Tukiyem
3 | name | statement.pdf | Mar'atus -> Maratus
3 | title | statement.docx | Sida Mukti -> Sido Mukti
3 | name | transfer.docx | Hj. Nurul Huda, S.Pd. -> Hj. Nurul Huda | -1
3 | number | list | M-000776-4 -> M-000767-6
4 | order | statement.pdf | Tri Wahyuni; Wahyuni; Tri -> Tri Wahyuni; Tri
4 | order | form | Tri Wahyuni <-> Wahyuni
4 | date | statement.docx | 7 Mei 2025 -> 5 Juli 2025
5 | name | statement.docx | R. Ng. Tirtowidjojo -> Ng. Tirtowidjojo
5 | title | statement.pdf | Kawung Picis, Kedua -> Kawung Picis, Ketiga
5 | name | list | Sastro -> Sastra
6 | order | statement.docx | Pak Min; Mbah Min; Min -> Pak Min; Min
6 | name | transfer.pdf | Mbah Min -> Mbah Mun
6 | number | transfer.docx | M-000640-5 -> M-000604-4
7 | name | statement.docx | Sukarsih -> Sukarseh
7 | date | statement.pdf | 4 Juni 2025 -> 4 Juli 2025
7 | title | form | Nitik -> Nithik | 0
8 | name | statement.pdf | I Gusti Bagus Made -> Gusti Bagus Made
8 | order | transfer.docx | Gusti Bagus <-> I Gusti Bagus Made
8 | date | form | 2024-12-10 -> 2024-10-12
9 | name | statement.pdf | Umi Kalsum; Ummi Kultsum -> Umi Kalsum; Umi Kalsum
9 | title | transfer.docx | Banji 5 × 5 -> Banji 5 × 6
9 | size | statement.docx | 250 × 105 cm -> 105 × 250 cm
10 | name | statement.pdf | dr. Fitria, Sp.A. -> dr. Fitria, Sp.B.
10 | name | transfer.docx | Klinik Rekaan -> Klinik Rekayasa
11 | order | statement.docx | Paulus; Paulina; Paul -> Paulus; Paulina
11 | name | transfer.pdf | Paulina -> Paulin
12 | name | statement.docx | Sarmini binti Kasmo -> Sarmini
12 | size | statement.pdf | 190 × 105 cm -> 190 × 105 mm
12 | title | transfer.pdf | Wader Ijo -> Wader Abang
13 | order | statement.docx | Ario Bima Sakti <-> Bima Sakti Ario
13 | title | statement.pdf | Sidomulyo Nomor 2 -> Sidomulyo Nomor 3
14 | order | statement.pdf | Dewi; Suci; Dewi Suci -> Dewi Suci; Suci; Dewi
14 | name | form | Dewi Suci -> Dewi Susi
15 | name | statement.docx | Lie Kiem Hwa -> Lie Kiem Hoa
15 | date | transfer.pdf | 4 Juli 2024 -> 7 April 2024
16 | name | transfer.pdf | KUB Jamilah -> KUB Jumilah
16 | date | statement.docx | 5 Maret 2025 -> 5 Maret 2024
17 | order | statement.docx | Legiman; Legimin -> Legimin; Legiman
17 | order | transfer.pdf | Legiyem; Legiman; Legimin; Legini -> Legiyem dkk.
18 | name | statement.pdf | Antonius N. Wahyu -> Antonius Wahyu
18 | title | statement.docx | Kali Code: Banjir -> Kali Code
19 | order | statement.docx | Rina -> Rini
19 | size | form | 250 × 105 cm -> 250 × 115 cm
20 | name | transfer.docx | Zulkifli Lubis -> Zulkipli Lubis
20 | title | statement.pdf | Merak Ngibing 1 -> Merak Ngibing
21 | order | statement.pdf | Surtini; Sumartini; Sri Surtini -> Surtini; Sri Surtini
21 | name | statement.docx | Sumartini -> Sumartina
22 | name | statement.pdf | Mulyono -> Mulyana | -1
22 | title | list | Godhong Kates -> Godong Kates | 0
23 | name | transfer.pdf | Cut Nyak Ilhamiah -> Cut Ilhamiah
23 | date | transfer.docx | 1 Mei 2024 -> 5 Januari 2024
24 | order | statement.pdf | Bejo <-> Slamet
24 | name | form | Untung -> Buntung
25 | name | statement.docx | Marni -> Mirna | 1
25 | title | statement.pdf | Gang Sumarni -> Gang Sumarti
26 | name | statement.pdf | Aisyah Nur R. -> Aisyah Nur
26 | order | statement.docx | Aisyah Nur R.; Aisyah; Nur -> Aisyah; Aisyah Nur R.; Nur
27 | name | statement.docx | Samudra Bayu Aji -> Samudera Bayu Aji
27 | number | statement.pdf | M-005050-8 -> M-005005-4
28 | title | transfer.docx | Terang Bulan -> Bulan Terang
28 | name | statement.pdf | Wulan Purnamasari -> Wulan Permatasari
29 | order | transfer.docx | Ponirin -> Ponirin; Ponimin
29 | size | statement.pdf | 250 × 115 cm -> 25 × 115 cm
30 | name | transfer.docx | H. M. Thohir -> M. Thohir
30 | title | statement.docx | Kamis Kliwon -> Kamis Wage
"""
WORDS = {
    ("daftar", "surat_pernyataan"): (
        "SURAT PERNYATAAN BERSAMA",
        "Kami yang bertanda tangan di bawah ini:",
        "1. {{pencipta_1_nama}}",
        "2. {{pencipta_2_nama}}",
        "3. {{pencipta_3_nama}}",
        "adalah pencipta motif {{judul}} (No. Reg. {{nomor_registri}}) pada kain {{ukuran}}, yang "
        "pertama kali "
        "diumumkan {{tanggal_diumumkan}}. Hak ekonominya ada pada {{pemegang_hak}}, "
        "{{pemegang_hak_1_alamat_lengkap}}.",
        "{{tempat}}, {{tanggal}}",
        "( {{penanda_tangan_1}} )",
        "{{jabatan_1}}",
    ),
    ("surat", "surat_pernyataan"): (
        "Surat pernyataan tentang motif",
        "Bersama surat ini saya menyatakan bahwa motif {{judul}} karya {{pencipta}} dibuat sendiri. "
        "Pemegang haknya "
        "{{pemegang_hak_1_nama}}. Motif itu terdaftar di kantor dengan nomor {{nomor_registri}}, ukuran "
        "kainnya "
        "{{ukuran}}, dan pertama kali diperlihatkan di {{kota_diumumkan}}, {{tanggal_diumumkan}}.",
        "Hormat saya,",
        "{{penanda_tangan_1}}",
        "{{tempat}}, {{tanggal}}",
    ),
    ("lembar", "surat_pernyataan"): (
        "LEMBAR PERNYATAAN PENCIPTA",
        "Nama motif\t: {{judul}}",
        "Karya dari\t: {{pencipta}}",
        "Dipegang oleh\t: {{pemegang_hak}}",
        "Diumumkan\t: {{tanggal_diumumkan}}, di {{kota_diumumkan}}",
        "Dimensi kain\t: {{ukuran}}",
        "No. registri\t: {{nomor_registri}}",
        "{{tempat}}, {{tanggal}}",
        "{{penanda_tangan_1}}",
        "{{jabatan_1}}",
    ),
    ("surat", "surat_pengalihan_hak"): (
        "PERJANJIAN PENGALIHAN HAK",
        "Pada hari ini, {{tanggal_pengalihan}}, {{pencipta}} (PIHAK I) mengalihkan hak ekonomi atas "
        "motif {{judul}} "
        "kepada {{pemegang_hak_1_nama}} (PIHAK II), yang diwakili {{pemegang_hak_1_diwakili}}.",
        "Nomor registri motif: {{nomor_registri}}.",
        "{{tempat}}, {{tanggal}}",
        "PIHAK I",
        "{{penanda_tangan_1}}",
        "{{penanda_tangan_2}}",
        "PIHAK II",
        "{{pemegang_hak_1_diwakili}}",
    ),
}
UNSEEN = Table(
    filings=FILINGS,
    otherwise=OTHERWISE,
    mistaken=MISTAKES,
    words=WORDS,
    address="Gang Kasman 7, belakang Toko Rubiah",
)
